/**
 * Decides whether a trace of intervals is a behaviour of the model: searches for an order of steps in which each call has its
 * effect between its beginning and its end, and gives the result that was seen.
 *
 * A search in depth. Each step accounts for a call that is open, up to and with the one that returns first; what turned out to
 * lead nowhere is remembered, and not tried again.
 */
import {
  type Action,
  type Budget,
  brief,
  type FaultName,
  type Setting,
  type Stamped,
  showRequest,
  showResult,
} from "../../model/index.ts";
import { kernelOn, processCell, requestNow } from "../kernel/index.ts";
import type { Answer } from "../progress.ts";
import { callsOf } from "../transition.ts";
import type { AllowanceCounts } from "./allowances.ts";
import { firstAlone } from "./alone.ts";
import { candidatesAt } from "./candidates.ts";
import { type Entry, type Track, tracksOf } from "./intervals.ts";
import type { Misfit } from "./misfit.ts";
import type { Option } from "./options.ts";
import { Position } from "./position.ts";

export interface Validation {
  readonly verdict: "behaviour" | "not-a-behaviour" | "unknown";
  /** The order that was found; where there is none, the one that led farthest. */
  readonly steps: readonly Action[];
  /** The first event that is none of the model's behaviours, whatever the order of those before it. */
  readonly first: Misfit | null;
  /** What the real kernel did beyond the model, by name, and how often. */
  readonly allowances: AllowanceCounts;
  /** Steps that were tried, those that were taken back included. */
  readonly tried: number;
}

export interface ValidationProgress {
  readonly tried: number;
  /** Calls, deaths and so on that are accounted for by now, and all of them. */
  readonly done: number;
  readonly total: number;
}

interface Node {
  readonly options: readonly Option[];
  next: number;
}

const budgetOf = (tracks: readonly Track[]): Budget => {
  const spent: Partial<Record<FaultName, number>> = {};
  const spend = (fault: FaultName): void => {
    spent[fault] = (spent[fault] ?? 0) + 1;
  };
  for (const entry of tracks.flatMap(({ entries }) => entries)) {
    if (entry.kind === "fault") spend(entry.fault);
    if (entry.kind !== "call" || entry.request.call !== "write") continue;
    if (entry.result?.type === "ENOSPC") spend("disk-full");
    if (entry.result?.type === "short" && entry.request.fd === "log") spend("short-write");
  }
  return spent;
};

/** When each connection was accepted. */
const acceptsOf = (tracks: readonly Track[]): Map<string, number> =>
  new Map(
    tracks.flatMap(({ entries }) =>
      entries.flatMap((entry) => {
        if (entry.kind !== "call" || entry.request.call !== "accept" || entry.result?.type !== "ok")
          return [];
        return [[entry.result.name.replace(/^connection\[(.*)\]$/, "$1"), entry.to] as const];
      }),
    ),
  );

const said = (entry: Entry): string =>
  entry.kind === "call" && entry.result !== null
    ? `${entry.request.call} gave ${brief(showResult(entry.request.call, entry.result))}`
    : entry.kind === "death"
      ? `it ended${entry.signal === null ? " without calling exit" : ` by ${entry.signal}`}`
      : "";

/** Why the entry that is due cannot be accounted for where the search stands. */
const misfitAt = (position: Position, due: number): Misfit => {
  const { process, entries = [] } = position.tracks[due] as Track;
  const at = position.dueOf(due);
  const entry = entries.slice(position.placeOf(due)).find(({ to }) => to === at) as Entry;
  const { setting, cells } = position;
  const status = cells.get(processCell(process))?.status;
  const request = requestNow(kernelOn(setting, cells), process);
  const misfit = (because: string, allows: readonly string[] = []): Misfit => ({
    ...{ at, event: entry.event, process, allows },
    because: `${said(entry)}, but in the model ${because}`,
  });
  if (status === undefined || status === "zombie") return misfit("there is no such process then");
  if (status === "stopped") return misfit("it is stopped then");
  if (request === undefined) return misfit("it makes no call then");
  const allows = callsOf(setting, cells, process).map(({ action }) => action.outcome);
  const call = showRequest(request);
  if (entry.kind !== "call") return misfit(`it stands before ${call} then`, allows);
  return allows.length === 0
    ? misfit(`the call has to wait then`)
    : misfit(`it gives ${allows.map((outcome) => brief(outcome)).join(" or ")}`, allows);
};

const countsOf = (position: Position): AllowanceCounts => {
  const counts: Partial<Record<string, number>> = {};
  for (const { allowance } of position.steps)
    if (allowance !== null) counts[allowance] = (counts[allowance] ?? 0) + 1;
  return counts;
};

const yieldEvery = 1 << 6;

/** The search itself, over tracks that agree each by itself. Yields now and then; gives up after so many steps. */
class Search {
  tried = 0;
  /** The farthest that any order has come. */
  farthest: {
    readonly misfit: Misfit;
    readonly steps: readonly Action[];
    readonly allowances: AllowanceCounts;
  } | null = null;
  private readonly nodes: Node[] = [];
  private readonly failed = new Set<string>();
  private readonly accepts: ReadonlyMap<string, number>;

  constructor(
    readonly position: Position,
    private readonly mostSteps: number,
  ) {
    this.accepts = acceptsOf(position.tracks);
  }

  *run(): Generator<number, "found" | "none" | "stopped", Answer> {
    for (let arrived = true; ; ) {
      if (arrived) {
        const due = this.position.firstDue();
        if (due === undefined) return "found";
        this.arrive(due);
      }
      const option = this.nextOption();
      if (option === undefined) {
        if (this.nodes.length === 0) return "none";
        this.position.back();
        arrived = false;
        continue;
      }
      arrived = this.position.take(option);
      this.tried++;
      if (this.tried > this.mostSteps) return "stopped";
      if (this.tried % yieldEvery === 0 && (yield this.tried) === "stop") return "stopped";
    }
  }

  private arrive(due: number): void {
    const { position } = this;
    const { options, isPossible } = candidatesAt(position, due, this.accepts);
    if (!isPossible && position.dueOf(due) > (this.farthest?.misfit.at ?? -1))
      this.farthest = {
        misfit: misfitAt(position, due),
        steps: position.steps.map(({ action }) => action),
        allowances: countsOf(position),
      };
    const isKnown = options.length > 1 && this.failed.size > 0 && this.failed.has(position.key());
    this.nodes.push({ options: isKnown ? [] : options, next: 0 });
  }

  /** The next thing to try here; where there is none, the node is left. */
  private nextOption(): Option | undefined {
    const node = this.nodes.at(-1);
    const option = node?.options[node.next];
    if (node === undefined) return undefined;
    node.next++;
    if (option !== undefined) return option;
    if (node.options.length > 1) this.failed.add(this.position.key());
    this.nodes.pop();
    return undefined;
  }
}

const before = (events: readonly Stamped[], moment: number): readonly Stamped[] =>
  events.filter(({ at }) => at < moment);

/**
 * Searches for an order in which these events, sorted by time, are a behaviour of the model. Yields how far it has come;
 * whoever answers `stop`, or sets too small a number of steps, gets `unknown`.
 */
export function* validating(
  given: Setting,
  events: readonly Stamped[],
  mostSteps = 1_000_000,
): Generator<ValidationProgress, Validation, Answer> {
  const all = tracksOf(given, events);
  const setting: Setting = { ...given, faults: budgetOf(all) };
  const alone = firstAlone(setting, all);
  // What one process did by itself against its machine is the first misfit only if all went well before.
  const tracks = alone === null ? all : tracksOf(given, before(events, alone.at));
  const position = new Position(setting, tracks);
  const search = new Search(position, mostSteps);
  const total = tracks.reduce((sum, { entries }) => sum + entries.length, 0);
  const work = search.run();
  let step = work.next(undefined);
  while (!step.done) {
    const done = tracks.reduce((sum, _, track) => sum + position.placeOf(track), 0);
    step = work.next(yield { tried: step.value, done, total });
  }
  const { tried, farthest } = search;
  if (step.value === "none" && farthest !== null) {
    const { misfit, ...reached } = farthest;
    return { verdict: "not-a-behaviour", ...reached, first: misfit, tried };
  }
  return {
    verdict: step.value !== "found" ? "unknown" : alone === null ? "behaviour" : "not-a-behaviour",
    steps: position.steps.map(({ action }) => action),
    first: step.value === "found" ? alone : null,
    allowances: countsOf(position),
    tried,
  };
}
