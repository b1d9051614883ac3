import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { setup } from "xstate";
import {
  defineProtocol,
  type Fairness,
  fairnessNames,
  flock,
  machineTypes,
  type Observer,
  type ProcessMachine,
  type ProcessName,
  type ProgressProperty,
  pause,
  roleOf,
  type Setting,
  settingOf,
  sigprocmask,
  type Template,
} from "../../../model/index.ts";
import { checkLiveness, finish, followLasso } from "../../../sim/index.ts";
import { exploring } from "../../../sim/liveness/explore.ts";
import { isStarved } from "./naive.ts";

/** A process that makes these calls over and over; `null` ends it in a rest. */
const cycle = (...calls: readonly (Template | null)[]): ProcessMachine =>
  setup({ types: machineTypes<Record<string, never>>() }).createMachine({
    id: "cycle",
    context: {},
    initial: "step0",
    states: Object.fromEntries(
      calls.map((call, at) => [
        `step${at}`,
        {
          meta: { call: call ?? pause() },
          on: call === null ? {} : { "*": `step${(at + 1) % calls.length}` },
        },
      ]),
    ),
  });

const idleStep = sigprocmask("block", "SIGUSR2");
const holds = { log: { file: "log", append: true } };

const among = (machines: Readonly<Record<string, ProcessMachine>>): Setting =>
  settingOf(
    defineProtocol({
      id: "own",
      says: "",
      machines,
      start: Object.keys(machines).map((role) => ({ role, group: role, session: role, holds })),
      bounds: { clients: 0 },
    }),
  );

/** Whoever of the role W stands before its first call waits. */
const moves: ProgressProperty = {
  id: "P90",
  name: "w-moves",
  kind: "leads-to",
  says: "W gets past its first call.",
  observers: [],
  waiting: ({ processes, stateOf }) =>
    processes.filter((one) => roleOf(one) === "W" && stateOf(one) === "step0"),
  because: (who) => `${who.join()} never moves`,
};

const brokenUnder = (setting: Setting, property: ProgressProperty): readonly Fairness[] =>
  fairnessNames.filter((fairness) => checkLiveness(setting, [property], fairness).verdict === "violated");

describe("a small protocol", () => {
  it("with somebody who spins starves the others without fairness, and under none other", () =>
    expect(brokenUnder(among({ S: cycle(idleStep), W: cycle(idleStep, null) }), moves)).toEqual(["none"]));

  it("with somebody who takes the lock over and over starves a writer under weak fairness", () => {
    const setting = among({
      L: cycle(flock("log", "EX"), flock("log", "UN")),
      W: cycle(flock("log", "EX"), flock("log", "UN"), null),
    });
    expect(brokenUnder(setting, moves)).toEqual(["none", "weak"]);
  });

  it("with two readers who can overlap starves a writer under strong-lock fairness, too", () => {
    const reader = cycle(flock("log", "SH"), flock("log", "UN"));
    const setting = among({ A: reader, B: reader, W: cycle(flock("log", "EX"), null) });
    expect(brokenUnder(setting, moves)).toEqual(["none", "weak", "strong-lock"]);
    const { properties } = checkLiveness(setting, [moves], "strong-lock");
    expect(properties[0]?.schedule).toMatchObject({ steps: { length: 1 }, loop: { length: 4 } });
    expect(properties[0]?.lasso).toMatchObject({ closes: true, isBroken: true, who: ["W"], unfair: [] });
  });

  it("that ends with somebody waiting is broken where it ends", () => {
    const setting = among({ L: cycle(flock("log", "EX"), null), W: cycle(flock("log", "EX"), null) });
    const { properties, quiescent } = checkLiveness(setting, [moves], "strong-lock");
    expect(properties[0]).toMatchObject({ verdict: "violated", steps: 1, schedule: { loop: [] } });
    expect(properties[0]?.lasso).toMatchObject({ closes: true, isBroken: true });
    expect(quiescent).toBe(2);
  });

  it("in which nobody ever waits shows nothing, and that is said", () => {
    const { properties, verdict } = checkLiveness(among({ S: cycle(idleStep) }), [moves], "none");
    expect(properties[0]).toMatchObject({ verdict: "not-applicable", vacuous: /nobody waits/ });
    expect(verdict).toBe("holds");
  });

  it("that was not looked at wholly is unknown, unless what was seen breaks it", () => {
    const setting = among({ S: cycle(idleStep, idleStep), W: cycle(idleStep, idleStep, null) });
    const judge = (fairness: Fairness) => {
      const { verdict, queue } = checkLiveness(setting, [moves], fairness, 7);
      return { verdict, isPartial: queue > 0 };
    };
    expect(judge("weak")).toEqual({ verdict: "unknown", isPartial: true });
    expect(judge("none")).toEqual({ verdict: "violated", isPartial: true });
  });
});

describe("the two kinds", () => {
  const resting = (kind: ProgressProperty["kind"]): ProgressProperty => ({
    ...moves,
    kind,
    waiting: ({ processes, stateOf }) => (processes.some((one) => stateOf(one) === "step1") ? [] : ["all"]),
  });

  it("differ where somebody comes to wait again: eventually is content with once", () => {
    const setting = among({ W: cycle(idleStep, idleStep, null) });
    expect(brokenUnder(setting, resting("eventually"))).toEqual([]);
    expect(brokenUnder(setting, resting("leads-to"))).toEqual(["none", "weak", "strong-lock"]);
  });

  it("both hold where it happens over and over", () =>
    expect(brokenUnder(among({ W: cycle(idleStep, idleStep) }), resting("leads-to"))).toEqual([]));
});

describe("p leads to q", () => {
  /** Whether somebody has locked and not unlocked since. */
  const debt: Observer<boolean> = {
    id: "debt",
    initial: () => false,
    keyOf: (event) => (event.type === "return" && event.request.call === "flock" ? event.process : null),
    after: (_, event) =>
      event.type === "return" && event.request.call === "flock" && event.request.mode !== "UN",
  };
  const unlocks: ProgressProperty = {
    ...moves,
    observers: [debt],
    waiting: ({ processes }, seen) => processes.filter((one: ProcessName) => seen.get(debt, one)),
  };

  it("is said by an observer, which is part of the state", () => {
    const paying = among({ L: cycle(flock("log", "EX"), flock("log", "UN")) });
    expect(brokenUnder(paying, unlocks)).toEqual([]);
    expect(checkLiveness(paying, [unlocks], "none").states).toBe(3); // free before any lock, held, free again
    expect(brokenUnder(among({ L: cycle(flock("log", "EX"), idleStep) }), unlocks)).toEqual([
      "none",
      "weak",
      "strong-lock",
    ]);
  });
});

const call = fc.constantFrom<Template | null>(
  flock("log", "SH"),
  flock("log", "EX"),
  flock("log", "UN"),
  flock("log", "EX", { nonblock: true }),
  idleStep,
  null,
);
const machine = fc.array(call, { minLength: 1, maxLength: 4 }).map((calls) => cycle(...calls));
const setting = fc.tuple(machine, machine, machine).map(([A, B, W]) => among({ A, B, W }));

describe("against a plain checker, on random protocols", () => {
  test.prop(
    [setting, fc.constantFrom("eventually" as const, "leads-to" as const), fc.constantFrom(...fairnessNames)],
    {
      numRuns: 150,
    },
  )("verdicts are the same, and what is found can be followed on the plain world", (own, kind, fairness) => {
    const property = { ...moves, kind };
    const { graph, waits } = finish(exploring(own, [property]));
    fc.pre(graph.count <= 60);
    const names = Array.from({ length: graph.count }, (_, state) => waits[0]!.sets[waits[0]!.of[state]!]!);
    const [found] = checkLiveness(own, [property], fairness).properties;
    expect(found?.verdict === "violated").toBe(isStarved(graph, names, kind, fairness));
    if (!found?.schedule) return;
    const { steps, loop = [] } = found.schedule;
    expect(followLasso(own, property, fairness, steps, loop)).toMatchObject({ stale: null, isBroken: true });
  });
});
