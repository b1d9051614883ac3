/**
 * The search for an order, in depth. Each step accounts for a call that is open, up to and with the one that returns first;
 * what turned out to lead nowhere is remembered, and not tried again.
 */
import type { Action } from "../../model/index.ts";
import type { Answer } from "../progress.ts";
import type { AllowanceCounts } from "./allowances.ts";
import { candidatesAt } from "./candidates.ts";
import type { Track } from "./intervals.ts";
import { type Misfit, misfitAt } from "./misfit.ts";
import type { Option } from "./options.ts";
import type { Position } from "./position.ts";

interface Node {
  readonly options: readonly Option[];
  next: number;
}

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

const yieldEvery = 1 << 6;

/** The search itself, over tracks that agree each by itself. Yields now and then; gives up after so many steps. */
export class Search {
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
