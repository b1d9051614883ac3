/**
 * Liveness as anybody would write it down first, for graphs that are small enough: who can reach whom, as a matrix; and for
 * strong fairness, every guess of who is to take the lock again and again. What the checker must agree with.
 */
import type { Fairness } from "../../../model/index.ts";
import { type Graph, isQuiescentState, type Step, stepAt } from "../../../sim/liveness/graph.ts";

interface Arc {
  readonly from: number;
  readonly to: number;
  readonly step: Step;
}

export const arcsOf = (graph: Graph): Arc[] =>
  Array.from({ length: graph.count }, (_, from) =>
    Array.from({ length: graph.first[from + 1]! - graph.first[from]! }, (_, nth) => {
      const edge = graph.first[from]! + nth;
      return { from, to: graph.target[edge]!, step: stepAt(graph, edge) };
    }),
  ).flat();

/** `reach[a][b]`: whether at least one step, and only these, lead from a to b. */
const closure = (count: number, arcs: readonly Arc[]): boolean[][] => {
  const reach = Array.from({ length: count }, () => new Array<boolean>(count).fill(false));
  for (const { from, to } of arcs) reach[from]![to] = true;
  for (let via = 0; via < count; via++)
    for (let from = 0; from < count; from++)
      if (reach[from]![via]) for (let to = 0; to < count; to++) if (reach[via]![to]) reach[from]![to] = true;
  return reach;
};

const subsets = <T>(values: readonly T[]): T[][] =>
  values.reduce<T[][]>((sets, value) => sets.concat(sets.map((set) => set.concat([value]))), [[]]);

/** Whether a fair run can stay in these states for ever, when it has once come to one of them. */
export const canStay = (graph: Graph, states: ReadonlySet<number>, fairness: Fairness): boolean => {
  const owed = arcsOf(graph).filter(({ step }) => step.isOwed);
  const lockers = [...new Set(owed.filter(({ step }) => step.takesLock).map(({ step }) => step.process))];
  const guesses = fairness === "strong-lock" ? subsets(lockers) : [null];
  return guesses.some((locking) => {
    const canLock = (state: number) =>
      owed.some(
        ({ from, step }) =>
          from === state && step.takesLock && locking !== null && !locking.includes(step.process),
      );
    const allowed = new Set([...states].filter((state) => !canLock(state)));
    const inner = arcsOf(graph).filter(({ from, to }) => allowed.has(from) && allowed.has(to));
    const reach = closure(graph.count, inner);
    return [...allowed].some((state) => {
      if (!reach[state]![state]) return false;
      const component = [...allowed].filter((other) => reach[state]![other] && reach[other]![state]);
      const within = inner.filter(({ from, to }) => component.includes(from) && component.includes(to));
      const moves = (process: number) => within.some(({ step }) => step.process === process);
      const unable = (process: number) =>
        component.some((one) => !owed.some(({ from, step }) => from === one && step.process === process));
      const processes = [...new Set(owed.map(({ step }) => step.process))];
      const isWeak = fairness === "none" || processes.every((process) => moves(process) || unable(process));
      const lock = (process: number) => within.some(({ step }) => step.process === process && step.takesLock);
      return isWeak && (locking ?? []).every(lock);
    });
  });
};

/** The states that can be reached from the first one, over these. */
const reachable = (graph: Graph, isAllowed: (state: number) => boolean): ReadonlySet<number> => {
  const arcs = arcsOf(graph).filter(({ from, to }) => isAllowed(from) && isAllowed(to));
  const reach = closure(graph.count, arcs);
  return new Set(
    Array.from({ length: graph.count }, (_, state) => state).filter(
      (state) => isAllowed(state) && (isAllowed(0) || state !== 0) && (state === 0 || reach[0]![state]),
    ),
  );
};

/** Whether somebody waits for ever on some fair run; `waits` says who waits in each state. */
export const isStarved = (
  graph: Graph,
  waits: readonly (readonly string[])[],
  kind: "eventually" | "leads-to",
  fairness: Fairness,
): boolean => {
  const stays = (states: ReadonlySet<number>) =>
    [...states].some((state) => isQuiescentState(graph, state)) || canStay(graph, states, fairness);
  if (kind === "eventually") return stays(reachable(graph, (state) => waits[state]!.length > 0));
  const all = reachable(graph, () => true);
  return [...new Set(waits.flat())].some((name) =>
    stays(new Set([...all].filter((state) => waits[state]!.includes(name)))),
  );
};
