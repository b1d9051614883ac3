import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import {
  type Action,
  callName,
  defaultBounds,
  type FaultName,
  faultNames,
  type ProcessName,
  printSchedule,
  processName,
  type Setting,
  scheduleOf,
  settingOf,
} from "../../model/index.ts";
import { papaya, protocols } from "../../model/protocols/index.ts";
import { properties } from "../../properties/index.ts";
import { PctScheduler, RandomScheduler, type Scheduler, simulate } from "../../sim/index.ts";
import { FaultPlan } from "../../sim/scheduler/faults.ts";
import { SegmentScheduler } from "../../sim/scheduler/segments.ts";
import { Simulation } from "../../sim/simulation.ts";
import { course } from "../arbitraries/index.ts";
import { miniature } from "../miniature/miniature.ts";

const seeds = (many: number): string[] => Array.from({ length: many }, (_, at) => String(at));
const someSeed = fc.nat().map(String);

const random = (setting: Setting, seed: string): Scheduler => new RandomScheduler(setting, seed);
const pct =
  (depth: number) =>
  (setting: Setting, seed: string): Scheduler =>
    new PctScheduler(setting, seed, depth, 100);

const stepsOf = (setting: Setting, scheduler: Scheduler): readonly Action[] =>
  simulate(setting, [], scheduler).steps;

/** The fault that a step is: short writes and a full disk are outcomes of writes to the log. */
const faultIn = ({ kind, call, outcome }: Action): string => {
  if (kind === "fault") return call;
  if (!call.startsWith("write(log")) return "";
  return outcome === "ENOSPC" ? "disk-full" : outcome.endsWith("short") ? "short-write" : "";
};
const timesIn = (steps: readonly Action[], fault: FaultName): number =>
  steps.filter((step) => faultIn(step) === fault).length;

describe.each([
  {
    name: "random",
    scheduler: random,
    golden:
      "SEND[1] flock, SEND[1] pread, RECV[1] read, SEND[2] flock, SEND[1] flock, RECV[2] read, SEND[2] pread, SEND[2] flock",
  },
  {
    name: "pct",
    scheduler: pct(3),
    golden:
      "SEND[1] flock, SEND[1] pread, SEND[1] flock, SEND[2] flock, SEND[2] pread, SEND[2] flock, RECV[2] read, RECV[2] flock",
  },
])("the $name scheduler", ({ scheduler, golden }) => {
  const faulty = settingOf(papaya, { ...defaultBounds, faults: { crash: 1, "short-write": 1 } });
  const textOf = (seed: string) =>
    printSchedule(scheduleOf(faulty, stepsOf(faulty, scheduler(faulty, seed))));

  test.prop([someSeed], { seed: 1, numRuns: 30 })("gives the same bytes for the same seed", (seed) => {
    expect(textOf(seed)).toBe(textOf(seed));
  });

  it("gives different bytes for different seeds", () => expect(new Set(seeds(50).map(textOf)).size).toBe(50));

  it("begins as it always has", () => {
    const setting = settingOf(miniature(2, 1));
    const steps = stepsOf(setting, scheduler(setting, "1")).slice(0, 8);
    expect(steps.map((step) => `${step.process} ${callName(step)}`).join(", ")).toBe(golden);
  });

  it("lets every fault happen", () => {
    const faults = Object.fromEntries(faultNames.map((fault) => [fault, 2]));
    const setting = settingOf(papaya, { ...defaultBounds, faults });
    const steps = seeds(20).flatMap((seed) => stepsOf(setting, scheduler(setting, seed)));
    expect(faultNames.filter((fault) => timesIn(steps, fault) === 0)).toEqual([]);
  });

  it("takes one outcome of a call as often as another", () => {
    const setting = settingOf(papaya);
    const runs = seeds(200).map((seed) => stepsOf(setting, scheduler(setting, seed)));
    const outcomes = runs.map((steps) => steps.find(({ call }) => call.startsWith("write(log"))?.outcome);
    const torn = outcomes.filter((outcome) => outcome === "1 so far").length;
    expect(outcomes.filter((outcome) => outcome === "3")).toHaveLength(200 - torn);
    expect(Math.abs(torn - 100)).toBeLessThan(20);
  });

  it("lets one process go first as often as another", () => {
    const setting = settingOf(miniature(3, 1));
    const first = seeds(600).map(
      (seed) => simulate(setting, [], scheduler(setting, seed), 1).steps[0]?.process,
    );
    expect(new Set(first).size).toBe(6);
    for (const process of new Set(first))
      expect(Math.abs(first.filter((one) => one === process).length - 100)).toBeLessThan(40);
  });
});

it("turns let every fault happen", () => {
  const steps = fc.sample(course(), { seed: 1, numRuns: 150 }).flatMap(({ faults, segments }) => {
    const setting = settingOf(papaya, { ...defaultBounds, faults });
    return stepsOf(setting, new SegmentScheduler(segments));
  });
  expect(faultNames.filter((fault) => timesIn(steps, fault) === 0)).toEqual([]);
});

it("a fault that comes before it can hit anybody is put off until it can", () => {
  const setting = settingOf(papaya, { ...defaultBounds, clients: 1, faults: { disconnect: 1 } });
  const [plan, rest] = [new FaultPlan(setting, () => 0), new SegmentScheduler([])];
  const steps = stepsOf(setting, { next: (simulation) => plan.next(simulation) ?? rest.next(simulation) });
  const connected = steps.findIndex(({ call }) => call === "connect(socket)");
  expect(steps[connected + 1]).toMatchObject({ kind: "fault", call: "disconnect" });
});

test.prop([course(), someSeed], { seed: 1, numRuns: 100 })(
  "no scheduler lets a fault happen more often than its budget allows",
  ({ faults, segments }, seed) => {
    const setting = settingOf(papaya, { ...defaultBounds, strangers: 1, faults });
    for (const scheduler of [random(setting, seed), pct(3)(setting, seed), new SegmentScheduler(segments)]) {
      const steps = stepsOf(setting, scheduler);
      for (const fault of faultNames)
        expect(timesIn(steps, fault), fault).toBeLessThanOrEqual(faults[fault] ?? 0);
    }
  },
);

it("a simulation that is asked twice about a blocked process loses no other one", () => {
  const simulation = new Simulation(settingOf(papaya));
  for (const _ of [1, 2, 3]) simulation.callsOf(processName("client", "1"));
  expect(simulation.maybeEnabled.map((number) => simulation.nameOf(number))).toContain("anchor");
});

/** Notes who could have gone on at each step. */
class Watched implements Scheduler {
  readonly choices: { readonly chosen: ProcessName; readonly able: readonly ProcessName[] }[] = [];
  constructor(private readonly inner: Scheduler) {}

  next(simulation: Simulation) {
    const able = simulation.transitions().map(({ action }) => action.process);
    const next = this.inner.next(simulation);
    const chosen = next === null ? null : simulation.edgeOf(next).action.process;
    if (chosen !== null) this.choices.push({ chosen, able: [...new Set(able)] });
    return next;
  }
}

/** How often a run must at least have changed its mind about who goes before whom. */
const changesIn = (setting: Setting, scheduler: Scheduler): number => {
  const watched = new Watched(scheduler);
  simulate(setting, [], watched);
  let changes = 0;
  let after = new Map<ProcessName, Set<ProcessName>>();
  const follows = (first: ProcessName, last: ProcessName): boolean =>
    [...(after.get(first) ?? [])].some((next) => next === last || follows(next, last));
  for (const { chosen, able } of watched.choices) {
    const others = able.filter((process) => process !== chosen);
    if (others.some((other) => follows(other, chosen))) {
      changes++;
      after = new Map();
    }
    after.set(chosen, new Set([...(after.get(chosen) ?? []), ...others]));
  }
  return changes;
};

describe("pct", () => {
  const setting = settingOf(papaya);
  it.each([1, 2, 3, 5])("of depth %i changes its order of priorities fewer times than that", (depth) => {
    const changes = seeds(30).map((seed) => changesIn(setting, pct(depth)(setting, seed)));
    expect(Math.max(...changes)).toBeLessThan(depth);
    expect(Math.max(...changes) > 0).toBe(depth > 1);
  });

  /** The share of seeds that find a bug. */
  const shareOf = (id: string, broken: string, scheduler: (setting: Setting, seed: string) => Scheduler) => {
    const protocol = protocols.find((one) => one.id === id) ?? papaya;
    const judges = properties.filter((property) => property.id === broken);
    const found = seeds(150).filter((seed) => {
      const one = settingOf(protocol);
      const [verdict] = simulate(one, judges, scheduler(one, seed)).properties;
      return verdict?.verdict === "violated";
    });
    return found.length / 150;
  };

  // In late-join somebody must append and signal after SEND has read, and before it joins the group.
  it("finds a bug of depth 2 with depth 2, and never with depth 1", () => {
    expect(shareOf("late-join", "P6", pct(1))).toBe(0);
    expect(shareOf("late-join", "P6", pct(2))).toBeGreaterThan(0.05);
    expect(shareOf("late-join", "P6", pct(3))).toBeGreaterThan(0.1);
  });

  it("finds a bug of depth 1 that random scheduling hardly ever finds", () => {
    expect(shareOf("raw-append", "P2", pct(1))).toBeGreaterThan(0.4);
    expect(shareOf("raw-append", "P2", random)).toBeLessThan(0.05);
  });
});
