/**
 * A graph of states, stored compactly: the steps out of state `s` are those from `first[s]` up to `first[s + 1]`. What a
 * step is, beside where it leads, is said once for all the states that have it.
 */
export interface Step {
  /** Who takes it, by number. */
  readonly process: number;
  /** Whether fairness says anything of who takes it; faults and clients owe nothing. */
  readonly isOwed: boolean;
  readonly isFault: boolean;
  readonly takesLock: boolean;
}

export interface Graph {
  /** States; 0 is the initial one. */
  readonly count: number;
  readonly first: Int32Array;
  readonly target: Int32Array;
  /** Which of `steps` each one is. */
  readonly step: Int32Array;
  readonly steps: readonly Step[];
}

/** A path as the numbers of its edges. */
export type Path = readonly number[];

export const stepAt = ({ steps, step }: Graph, edge: number): Step => steps[step[edge]!]!;

/** Whether nothing but a fault leads out of a state: a run may end there. */
export const isQuiescentState = (graph: Graph, state: number): boolean => {
  for (let edge = graph.first[state]!; edge < graph.first[state + 1]!; edge++)
    if (!stepAt(graph, edge).isFault) return false;
  return true;
};

/** Numbers one after the other in a typed array that grows. */
export class Numbers {
  length = 0;
  private values = new Int32Array(1 << 12);

  push(value: number): void {
    if (this.length === this.values.length) {
      const larger = new Int32Array(this.length * 2);
      larger.set(this.values);
      this.values = larger;
    }
    this.values[this.length++] = value;
  }

  done(): Int32Array {
    return this.values.slice(0, this.length);
  }
}

/** The shortest ways from some state into those that are allowed, by breadth. */
export class Ways {
  /** The edge by which each state is first reached; -1 where it is not, -2 for the start. */
  private readonly by: Int32Array;
  private readonly from: Int32Array;
  /** What is reached, in the order of the distance. */
  readonly reached: number[] = [];

  constructor(
    graph: Graph,
    start: number,
    isAllowed: (state: number) => boolean,
    isEnough: (state: number) => boolean = () => false,
  ) {
    const { first, target, count } = graph;
    const { reached } = this;
    this.by = new Int32Array(count).fill(-1);
    this.from = new Int32Array(count);
    if (isAllowed(start)) {
      this.by[start] = -2;
      reached.push(start);
    }
    for (let at = 0; at < reached.length; at++) {
      const state = reached[at]!;
      if (isEnough(state)) break;
      for (let edge = first[state]!; edge < first[state + 1]!; edge++) {
        const next = target[edge]!;
        if (this.by[next] !== -1 || !isAllowed(next)) continue;
        this.by[next] = edge;
        this.from[next] = state;
        reached.push(next);
      }
    }
  }

  /** The edges from the start to a state that was reached. */
  to(state: number): Path {
    const path: number[] = [];
    for (let at = state; this.by[at]! >= 0; at = this.from[at]!) path.push(this.by[at]!);
    return path.reverse();
  }
}
