import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { type Fairness, fairnessNames } from "../../../model/index.ts";
import type { Waits } from "../../../sim/liveness/explore.ts";
import { type Graph, isQuiescentState, type Step, stepAt } from "../../../sim/liveness/graph.ts";
import { findStarvation, type Starvation } from "../../../sim/liveness/judge.ts";
import { isStarved } from "./naive.ts";

/** `A` steps of process 0, `B` of 1, `a` and `b` those that take the lock, `c` of a client, `f` a fault. */
const steps: readonly Step[] = ["A", "B", "C", "a", "b", "c", "f"].map((name) => ({
  process: "ABCcf".indexOf(name) < 0 ? "ab".indexOf(name) : "ABCcf".indexOf(name),
  isOwed: !"cf".includes(name),
  isFault: name === "f",
  takesLock: "ab".includes(name),
}));
type Arc = readonly [from: number, to: number, step: number];

const graphOf = (count: number, arcs: readonly Arc[]): Graph => {
  const sorted = [...arcs].sort(([a], [b]) => a - b);
  return {
    count,
    steps,
    first: Int32Array.from(
      { length: count + 1 },
      (_, state) => sorted.filter(([from]) => from < state).length,
    ),
    target: Int32Array.from(sorted, ([, to]) => to),
    step: Int32Array.from(sorted, ([, , step]) => step),
  };
};

/** A graph from a text: `0A1 1B0`. */
const drawn = (text: string): Graph => {
  const arcs = text
    .split(" ")
    .map((arc): Arc => [Number(arc[0]), Number(arc[2]), "ABCabcf".indexOf(arc[1] ?? "")]);
  return graphOf(1 + Math.max(...arcs.map(([from, to]) => Math.max(from, to))), arcs);
};

const waitsOf = (waits: readonly (readonly string[])[]): Waits => ({
  sets: waits,
  of: Int32Array.from(waits, (_, state) => state),
});

const find = (
  graph: Graph,
  waits: readonly (readonly string[])[],
  kind: "eventually" | "leads-to",
  fairness: Fairness,
): Starvation | null =>
  findStarvation({ kind }, { graph, expanded: graph.count, waits: waitsOf(waits) }, fairness);

/** Under which fairness somebody starves who waits in these states. */
const starvedUnder = (text: string, waiting: string): readonly Fairness[] => {
  const graph = drawn(text);
  const waits = Array.from({ length: graph.count }, (_, state) =>
    waiting.includes(String(state)) ? ["A"] : [],
  );
  return fairnessNames.filter((fairness) => find(graph, waits, "leads-to", fairness) !== null);
};

describe("a run on which somebody waits for ever", () => {
  it("does not count under weak fairness where a process could move all the time", () =>
    expect(starvedUnder("0B0 0A1", "0")).toEqual(["none"]));

  it("counts under weak fairness where that process is unable to now and then", () =>
    expect(starvedUnder("0B1 1B0 0A2 0a2", "01")).toEqual(["none", "weak"]));

  it("counts under strong-lock where that process is able to now and then, but not to take the lock", () =>
    expect(starvedUnder("0B1 1B0 0A2", "01")).toEqual(["none", "weak", "strong-lock"]));

  it("counts where nothing can move any more, whatever the fairness", () =>
    expect(starvedUnder("0A1 1f0", "1")).toEqual(["none", "weak", "strong-lock"]));

  it("counts where a client could end it, who owes nothing", () =>
    expect(starvedUnder("0A0 0c1", "0")).toEqual(["none", "weak", "strong-lock"]));

  it("is not there where the wait ends on the way round", () =>
    expect(starvedUnder("0A1 1A0", "0")).toEqual([]));

  it("is found where every simple cycle is unfair, and going round two of them in turns is not", () =>
    // B is passed over on the left, C on the right: a look at one cycle at a time would find nothing.
    expect(starvedUnder("0B1 1A0 0C2 2A0 1C3 2B3 0A3 1B3 2C3", "012")).toEqual([
      "none",
      "weak",
      "strong-lock",
    ]));

  it("is found in a part of a component that as a whole is no place to stay", () =>
    // Whoever stays out of 2, where A could lock, is fair; Streett's recursion finds that part.
    expect(starvedUnder("0B1 1B0 1B2 2B0 2a3", "012")).toEqual(["none", "weak", "strong-lock"]));

  it("is not there where the lock is within reach on every way round", () =>
    expect(starvedUnder("0B2 2B0 2a3", "02")).toEqual(["none", "weak"]));
});

describe("a stem and a loop", () => {
  it("are short, and the loop leads where it began", () => {
    const found = find(drawn("0B1 1B2 2B1 2A3"), [[], ["A"], ["A"], []], "leads-to", "weak");
    expect(found).toEqual({ stem: [0], loop: [1, 2], who: ["A"] });
  });

  it("are empty where the run ends where it began to wait", () =>
    expect(find(drawn("0A1"), [[], ["A"]], "leads-to", "weak")).toEqual({ stem: [0], loop: [], who: ["A"] }));
});

const size = 7;
const randomGraph = fc
  .array(fc.tuple(fc.nat(size - 1), fc.nat(size - 1), fc.nat(steps.length - 1)), { maxLength: 18 })
  .map((arcs) => graphOf(size, arcs));
const randomWaits = fc.array(fc.subarray(["A", "B"]), { minLength: size, maxLength: size });
const kinds = fc.constantFrom("eventually" as const, "leads-to" as const);

/** Whether a stem and a loop are what they are said to be. */
const isRun = (graph: Graph, { stem, loop }: Starvation): boolean => {
  let state = 0;
  const follow = (edge: number): boolean => {
    const fits = edge >= graph.first[state]! && edge < graph.first[state + 1]!;
    state = graph.target[edge]!;
    return fits;
  };
  if (!stem.every(follow)) return false;
  const start = state;
  return loop.length === 0 ? isQuiescentState(graph, state) : loop.every(follow) && state === start;
};

/** The states that a loop goes through. */
const statesOf = (graph: Graph, { stem, loop }: Starvation): number[] => [
  stem.length === 0 ? 0 : graph.target[stem.at(-1)!]!,
  ...loop.map((edge) => graph.target[edge]!),
];

describe("against a plain checker, on random graphs", () => {
  test.prop([randomGraph, randomWaits, kinds, fc.constantFrom(...fairnessNames)], { numRuns: 3000 })(
    "somebody starves exactly where that one says so",
    (graph, waits, kind, fairness) => {
      expect(find(graph, waits, kind, fairness) !== null).toBe(isStarved(graph, waits, kind, fairness));
    },
  );

  test.prop([randomGraph, randomWaits, kinds, fc.constantFrom(...fairnessNames)], { numRuns: 3000 })(
    "what is found is a run, somebody waits on it all the time, and it is fair",
    (graph, waits, kind, fairness) => {
      const found = find(graph, waits, kind, fairness);
      if (found === null) return;
      expect(isRun(graph, found)).toBe(true);
      const states = statesOf(graph, found);
      if (kind === "leads-to")
        expect(found.who.some((name) => states.every((state) => waits[state]!.includes(name)))).toBe(true);
      else expect(states.every((state) => waits[state]!.length > 0)).toBe(true);
      // By the definition of each fairness, on the loop itself.
      const can = (state: number, process: number, lock: boolean) =>
        Array.from({ length: graph.target.length }, (_, edge) => edge).some(
          (edge) =>
            edge >= graph.first[state]! &&
            edge < graph.first[state + 1]! &&
            stepAt(graph, edge).isOwed &&
            stepAt(graph, edge).process === process &&
            (!lock || stepAt(graph, edge).takesLock),
        );
      const took = (process: number, lock: boolean) =>
        found.loop.some(
          (edge) => stepAt(graph, edge).process === process && (!lock || stepAt(graph, edge).takesLock),
        );
      for (const process of [0, 1, 2]) {
        if (fairness === "none" || found.loop.length === 0) continue;
        if (states.every((state) => can(state, process, false))) expect(took(process, false)).toBe(true);
        if (fairness === "strong-lock" && states.some((state) => can(state, process, true)))
          expect(took(process, true)).toBe(true);
      }
    },
  );
});
