/**
 * The search for an order, in depth. Each step accounts for a call that is open, up to and with the one that returns first;
 * what turned out to lead nowhere is remembered, and not tried again.
 */
import type { Action } from "../../model/index.ts";
import type { AllowanceCounts } from "./allowances.ts";
import { Blame } from "./blame.ts";
import { candidatesAt } from "./candidates.ts";
import type { Track } from "./intervals.ts";
import { type Misfit, misfitAt } from "./misfit.ts";
import type { Option } from "./options.ts";
import type { Position } from "./position.ts";

interface Node {
  readonly due: number;
  readonly blame: Blame;
  /** Those that have not been tried yet. */
  options: readonly Option[];
  /** How many there were. */
  readonly width: number;
  /** What is being tried, and what its process has looked at. */
  taken: Option | null;
  reads: ReadonlySet<string>;
}

/** The likeliest way out first: those that may change what is to blame. */
const mendingFirst = (position: Position, blame: Blame, options: readonly Option[]): readonly Option[] => {
  const mending = options.filter((option) => blame.isOn(position, option, new Set()));
  return [...mending, ...options.filter((option) => !mending.includes(option))];
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

export const countsOf = (position: Position): AllowanceCounts => {
  const counts: Partial<Record<string, number>> = {};
  for (const { allowance } of position.steps)
    if (allowance !== null) counts[allowance] = (counts[allowance] ?? 0) + 1;
  return counts;
};

/** Where a search goes back to: in jumps to what is to blame, or to each step before. */
export type Manner = "jumping" | "complete";

/** The search itself, over tracks that agree each by itself. */
export class Search {
  tried = 0;
  /** The farthest that any order has come. */
  farthest: {
    readonly misfit: Misfit;
    readonly steps: readonly Action[];
    readonly allowances: AllowanceCounts;
  } | null = null;
  /** Whether the position is one that has not been looked at yet. */
  private hasArrived = true;
  private readonly nodes: Node[] = [];
  private readonly failed = new Map<string, Blame>();
  private readonly accepts: ReadonlyMap<string, number>;

  constructor(
    readonly position: Position,
    private readonly manner: Manner,
  ) {
    this.accepts = acceptsOf(position.tracks);
  }

  /** Tries so many more steps; whether there is an order, undefined where that is not known by then. */
  goOn(steps: number): boolean | undefined {
    for (const goal = this.tried + steps; this.tried < goal; ) {
      if (this.hasArrived) {
        const due = this.position.firstDue();
        if (due === undefined) return true;
        this.arrive(due);
      }
      const option = this.nextOption();
      if (option === undefined) {
        this.hasArrived = false;
        if (!this.goBack()) return false;
        continue;
      }
      this.hasArrived = this.position.take(option);
      if (!this.hasArrived) this.blameKilled(option);
      this.tried++;
    }
    return undefined;
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
    const blame = new Blame();
    const known = options.length > 1 && this.failed.size > 0 ? this.failed.get(position.key()) : undefined;
    if (known !== undefined) blame.addAll(known);
    this.nodes.push({
      ...{ due, blame, taken: null, reads: new Set() },
      options: known === undefined ? options : [],
      width: known === undefined ? options.length : 0,
    });
  }

  /** The next thing to try here. */
  private nextOption(): Option | undefined {
    const node = this.nodes.at(-1);
    const [option, ...rest] = node?.options ?? [];
    if (node === undefined || option === undefined) return undefined;
    node.options = rest;
    node.taken = option;
    node.reads = this.position.frontOf(option.track).reads;
    return option;
  }

  /** A step would kill a process that goes on, so whatever that one waits for is to blame. */
  private blameKilled({ transition }: Option): void {
    const died = (transition?.events ?? []).flatMap((event) =>
      event.type === "exit" ? [event.process] : [],
    );
    for (const [track, { process }] of this.position.tracks.entries())
      if (died.includes(process)) this.nodes.at(-1)?.blame.addFront(this.position, track);
  }

  /** Leaves a node where nothing is left to try, and those before it that have nothing to do with that. */
  private goBack(): boolean {
    const left = this.nodes.pop();
    if (left === undefined) return false;
    const { blame } = left;
    blame.addFront(this.position, left.due);
    if (left.width > 1) this.failed.set(this.position.key(), blame);
    for (;;) {
      const node = this.nodes.at(-1);
      if (node === undefined) return false;
      this.position.back();
      if (
        node.taken !== null &&
        (this.manner === "complete" || blame.isOn(this.position, node.taken, node.reads))
      ) {
        node.blame.addAll(blame);
        node.blame.addStep(this.position, node.taken);
        node.options = mendingFirst(this.position, blame, node.options);
        return true;
      }
      this.nodes.pop();
    }
  }
}
