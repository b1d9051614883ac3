/** The shortest path to a state of a search, with the fewest context switches among the shortest. */
import type { Edge } from "../engine/product.ts";
import type { Break, Search } from "./search.ts";

/** Finds the edge of a process (any, where null) from one state to another, on a path with the fewest switches. */
const edgeBetween = (search: Search, from: number, to: number, by: number | null): Edge | null => {
  const edges: Edge[] = [];
  const vector = search.load(from).slice();
  search.edgesOf(vector, edges);
  const switches = search.shortest.switchesTo(to, null);
  return (
    edges.find(
      (edge) =>
        (by === null || edge.process === by) &&
        search.shortest.switchesTo(from, edge.process) === switches &&
        search.successor(vector, edge, edge.note?.at(vector) ?? null) === to,
    ) ?? null
  );
};

/** Where the parent that was kept does not fit, another one in its layer does. */
const edgeInto = (
  search: Search,
  to: number,
  depth: number,
  by: number | null,
): { from: number; edge: Edge } => {
  const parent = search.shortest.parentOf(to);
  const kept = edgeBetween(search, parent, to, by);
  if (kept !== null) return { from: parent, edge: kept };
  const end = search.layers[depth] ?? search.states.count;
  for (let from = search.layers[depth - 1] ?? 0; from < end; from++) {
    const edge = edgeBetween(search, from, to, by);
    if (edge !== null) return { from, edge };
  }
  // With more processes than `Shortest` tells apart, no path need end with this one.
  if (by !== null) return edgeInto(search, to, depth, null);
  throw new Error(`internal: no way into state ${to}`);
};

/** The edges of a counterexample, from the initial state on. */
export const pathTo = (search: Search, found: Break): Edge[] => {
  const path: Edge[] = found.edge === null ? [] : [found.edge];
  let state = found.state;
  let next = found.edge;
  for (let depth = found.steps - path.length; depth > 0; depth--) {
    // The process that goes on without a switch, where it can have come here.
    const by = next !== null && search.shortest.canEndWith(state, next.process) ? next.process : null;
    const { from, edge } = edgeInto(search, state, depth, by);
    path.unshift(edge);
    state = from;
    next = edge;
  }
  return path;
};
