/**
 * Where a fair run can stay for ever: strongly connected components in which every demand of fairness can be met by going
 * round. A run that never ends visits, from some point on, only states that it visits again and again; they lie in one
 * component, so what is said here of components holds for all runs, however they wind.
 *
 * - weak: in a component where a process can move everywhere and never does within it, no fair run stays; nor in any part of it.
 * - strong-lock: where a process can take the lock in some states and never does within the component, a fair run visits
 *   those states only so many times: without them the rest may fall apart, and is looked at anew.
 */
import type { Fairness } from "../../model/index.ts";
import { type Component, Components } from "./components.ts";
import { type Graph, stepAt } from "./graph.ts";

/** What those who owe steps can do in a set of states, and what they do without leaving it. */
export interface Account {
  /** By process: in how many of the states it can move. */
  readonly able: ReadonlyMap<number, number>;
  readonly moves: ReadonlySet<number>;
  /** By process: in how many of the states it can take a lock. */
  readonly lockable: ReadonlyMap<number, number>;
  readonly locks: ReadonlySet<number>;
}

const count = (counts: Map<number, number>, keys: ReadonlySet<number>): void => {
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
};

export const accountOf = (
  graph: Graph,
  states: Iterable<number>,
  staysInside: (edge: number) => boolean,
): Account => {
  const [able, lockable] = [new Map<number, number>(), new Map<number, number>()];
  const [moves, locks] = [new Set<number>(), new Set<number>()];
  const [here, lockHere] = [new Set<number>(), new Set<number>()];
  for (const state of states) {
    here.clear();
    lockHere.clear();
    for (let edge = graph.first[state]!; edge < graph.first[state + 1]!; edge++) {
      const { process, isOwed, takesLock } = stepAt(graph, edge);
      if (!isOwed) continue;
      here.add(process);
      if (takesLock) lockHere.add(process);
      if (!staysInside(edge)) continue;
      moves.add(process);
      if (takesLock) locks.add(process);
    }
    count(able, here);
    count(lockable, lockHere);
  }
  return { able, moves, lockable, locks };
};

/** Those who can move in all of so many states, and never do. */
export const passedOver = ({ able, moves }: Account, states: number): number[] =>
  [...able].filter(([process, times]) => times === states && !moves.has(process)).map(([process]) => process);

/** Those who can take a lock in some of the states, and never do. */
export const lockedOut = ({ lockable, locks }: Account): number[] =>
  [...lockable.keys()].filter((process) => !locks.has(process));

const canLock = (graph: Graph, state: number, processes: ReadonlySet<number>): boolean => {
  for (let edge = graph.first[state]!; edge < graph.first[state + 1]!; edge++) {
    const { process, takesLock } = stepAt(graph, edge);
    if (takesLock && processes.has(process)) return true;
  }
  return false;
};

/** The largest components among these states in which a fair run can stay for ever. */
export const fairComponents = (graph: Graph, states: Int32Array, fairness: Fairness): Component[] => {
  const components = new Components(graph);
  const open = components.within(states);
  if (fairness === "none") return open;
  const fair: Component[] = [];
  for (let component = open.pop(); component !== undefined; component = open.pop()) {
    const part = components.mark(component);
    const account = accountOf(graph, component, (edge) => components.isIn(graph.target[edge]!, part));
    if (passedOver(account, component.length).length > 0) continue;
    const out = new Set(fairness === "strong-lock" ? lockedOut(account) : []);
    if (out.size === 0) fair.push(component);
    else
      for (const rest of components.within(component.filter((state) => !canLock(graph, state, out))))
        open.push(rest);
  }
  return fair;
};
