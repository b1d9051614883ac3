/** The shortest path to a state of a search, with the fewest context switches among the shortest. */
import type { Edge } from "../engine/product.ts";
import type { Break, Search } from "./search.ts";

/** A step from one state of a search to another one. */
interface Step {
  readonly from: number;
  readonly edge: Edge;
  /** The processes that can be said to have taken it, as the state after it calls them. */
  readonly movers: readonly number[];
}

/** Finds a step of a process (any, where null) from one state to another, on a path with the fewest switches. */
const stepBetween = (search: Search, from: number, to: number, by: number | null): Step | null => {
  const edges: Edge[] = [];
  const vector = search.load(from).slice();
  search.edgesOf(vector, edges);
  const switches = search.shortest.switchesTo(to, null);
  for (const edge of edges) {
    if (search.shortest.switchesTo(from, edge.process) !== switches) continue;
    if (search.successor(vector, edge, edge.note?.at(vector) ?? null) !== to) continue;
    if (by === null || search.lastMovers.includes(by)) return { from, edge, movers: [...search.lastMovers] };
  }
  return null;
};

/** Where the parent that was kept does not fit, another one in its layer does. */
const stepInto = (search: Search, to: number, depth: number, by: number | null): Step => {
  const kept = stepBetween(search, search.shortest.parentOf(to), to, by);
  if (kept !== null) return kept;
  const end = search.layers[depth] ?? search.states.count;
  for (let from = search.layers[depth - 1] ?? 0; from < end; from++) {
    const step = stepBetween(search, from, to, by);
    if (step !== null) return step;
  }
  // With more processes than `Shortest` tells apart, no path need end with this one.
  if (by !== null) return stepInto(search, to, depth, null);
  throw new Error(`internal: no way into state ${to}`);
};

/** The states that a shortest path goes through, and whether the process that leads on from each has led into it. */
interface Way {
  readonly states: readonly number[];
  readonly goesOn: readonly boolean[];
}

const wayTo = (search: Search, found: Break): Way => {
  const states = [found.state];
  const goesOn: boolean[] = [];
  let next = found.edge;
  for (let depth = found.steps - (found.edge === null ? 0 : 1); depth > 0; depth--) {
    const [state = 0] = states;
    // The process that goes on without a switch, where it can have come here.
    const by = next !== null && search.shortest.canEndWith(state, next.process) ? next.process : null;
    const step = stepInto(search, state, depth, by);
    goesOn.unshift(next !== null && step.movers.includes(next.process));
    states.unshift(step.from);
    next = step.edge;
  }
  return { states, goesOn };
};

/**
 * The edges of a counterexample, from the initial state on. Where states stand for all their permuted likes, the path is
 * walked again from the start with every client under its own name.
 */
export const pathTo = (search: Search, found: Break): Edge[] => {
  const { states, goesOn } = wayTo(search, found);
  const walk = (vector: Int32Array, at: number, last: Edge | null, strictly: boolean): Edge[] | null => {
    const edges: Edge[] = [];
    const quiescent = search.edgesOf(vector, edges);
    const target = states[at + 1];
    const mustGoOn = strictly && at > 0 && goesOn[at - 1] === true;
    const ends = target === undefined;
    if (ends && found.edge === null) return quiescent ? [] : null;
    for (const edge of edges) {
      if (mustGoOn && edge.process !== last?.process) continue;
      const note = edge.note?.at(vector) ?? null;
      if (ends) {
        if (note?.findings.some(({ type, property }) => type === "violated" && property === found.property))
          return [edge];
        continue;
      }
      const next = search.after(vector, edge, note);
      if (search.find(next) !== target) continue;
      const rest = walk(next, at + 1, edge, strictly);
      if (rest !== null) return [edge, ...rest];
    }
    return null;
  };
  const path = walk(search.start, 0, null, true) ?? walk(search.start, 0, null, false);
  if (path === null) throw new Error("internal: a counterexample cannot be walked again");
  return path;
};
