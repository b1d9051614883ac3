/** A loop through a component that meets every demand of fairness: short, though not always a shortest one. */
import type { Fairness } from "../../model/index.ts";
import type { Component } from "./components.ts";
import { accountOf, lockedOut, passedOver } from "./fair.ts";
import { type Graph, type Path, stepAt, Ways } from "./graph.ts";

/** What a loop must have: an edge, or a state, of which this is true. */
type Demand = { readonly edge: (edge: number) => boolean } | { readonly state: (state: number) => boolean };

const isMoveOf = (graph: Graph, process: number) => (edge: number) => stepAt(graph, edge).process === process;

const isAble = (graph: Graph, process: number) => (state: number) => {
  for (let edge = graph.first[state]!; edge < graph.first[state + 1]!; edge++)
    if (stepAt(graph, edge).process === process && !stepAt(graph, edge).isFault) return true;
  return false;
};

/** The states that a loop from an entry goes through, the entry first. */
const statesOf = (graph: Graph, entry: number, loop: Path): number[] => [
  entry,
  ...loop.slice(0, -1).map((edge) => graph.target[edge]!),
];

/** The shortest way from a state, inside the component, that meets a demand. */
const wayTo = (graph: Graph, from: number, inside: ReadonlySet<number>, demand: Demand): Path => {
  const isInside = (state: number) => inside.has(state);
  if ("state" in demand) {
    const ways = new Ways(graph, from, isInside, demand.state);
    const goal = ways.reached.find(demand.state);
    return goal === undefined ? [] : ways.to(goal);
  }
  const edgeOut = (state: number): number => {
    for (let edge = graph.first[state]!; edge < graph.first[state + 1]!; edge++)
      if (inside.has(graph.target[edge]!) && demand.edge(edge)) return edge;
    return -1;
  };
  const ways = new Ways(graph, from, isInside, (state) => edgeOut(state) >= 0);
  const last = ways.reached.find((state) => edgeOut(state) >= 0);
  return last === undefined ? [] : [...ways.to(last), edgeOut(last)];
};

/** What a fair loop inside the component still lacks: one demand, or nothing. */
const lacking = (
  graph: Graph,
  entry: number,
  loop: Path,
  inside: ReadonlySet<number>,
  fairness: Fairness,
): Demand | null => {
  if (fairness === "none") return null;
  const states = new Set(statesOf(graph, entry, loop));
  const taken = new Set(loop);
  const account = accountOf(graph, states, (edge) => taken.has(edge));
  const [passed] = passedOver(account, states.size);
  if (passed !== undefined) {
    const able = isAble(graph, passed);
    const isUnable = (state: number) => !able(state);
    // Where it is unable somewhere, nothing need be done for it but to go there.
    return [...inside].some(isUnable) ? { state: isUnable } : { edge: isMoveOf(graph, passed) };
  }
  const [out] = fairness === "strong-lock" ? lockedOut(account) : [];
  if (out === undefined) return null;
  return { edge: (edge) => stepAt(graph, edge).takesLock && isMoveOf(graph, out)(edge) };
};

/** The edges of a fair loop from a state of a fair component back to it. */
export const loopFrom = (graph: Graph, component: Component, entry: number, fairness: Fairness): Path => {
  const inside = new Set(component);
  const end = (path: Path): number => (path.length === 0 ? entry : graph.target[path.at(-1)!]!);
  const closed = (path: Path): Path => {
    if (path.length > 0 && end(path) === entry) return path;
    const back = wayTo(graph, end(path), inside, { edge: (edge) => graph.target[edge] === entry });
    return [...path, ...back];
  };
  let open: Path = [];
  for (;;) {
    const loop = closed(open);
    const demand = lacking(graph, entry, loop, inside, fairness);
    if (demand === null) return loop;
    const way = wayTo(graph, end(open), inside, demand);
    if (way.length === 0) throw new Error("internal: a fair component lacks what would make it fair");
    open = [...open, ...way];
  }
};
