import { beforeAll, describe, expect, it } from "vitest";
import { type Action, type Bounds, type Protocol, roleOf, settingOf } from "../../model/index.ts";
import { papaya, protocols } from "../../model/protocols/index.ts";
import { properties } from "../../properties/index.ts";
import { RandomScheduler, replay, shrink, simulate } from "../../sim/index.ts";
import type { Shrunk } from "../../sim/shrink.ts";
import { turnsOf, withStepLeftOut, withTurnsSwapped } from "../arbitraries/index.ts";
import { miniature } from "../miniature/miniature.ts";

const named = (id: string): Protocol => protocols.find((one) => one.id === id) ?? papaya;

/** The first run of a protocol that breaks a property, up to the break. */
const failureOf = (protocol: Protocol, broken: string, change: Partial<Bounds> = {}) => {
  const property = properties.find((one) => one.id === broken);
  const setting = settingOf(protocol, { ...protocol.bounds, ...change });
  for (let seed = 0; property !== undefined && seed < 200; seed++) {
    const report = simulate(setting, [property], new RandomScheduler(setting, String(seed)));
    const at = report.properties[0]?.at ?? 0;
    if (at > 0) return { setting, property, steps: report.steps.slice(0, at) };
  }
  throw new Error(`no seed breaks ${broken} of ${protocol.id}`);
};

const switchesIn = (steps: readonly Action[]): number => turnsOf(steps).length - 1;

/** Fewer context switches are worth more than fewer steps. */
const isSmaller = (a: Pick<Shrunk, "steps">, b: Pick<Shrunk, "steps">): boolean => {
  const saved = switchesIn(b.steps) - switchesIn(a.steps);
  return saved > 0 || (saved === 0 && a.steps.length < b.steps.length);
};

describe.each([
  ["published", "P11"],
  ["no-lock", "P2"],
  ["signal-before-append", "P6"],
  ["raw-append", "P2"],
  ["partial-write-fatal", "P11"],
])("a run of %s that breaks %s shrinks to a schedule that", (id, broken) => {
  const { setting, property, steps } = failureOf(named(id), broken);
  /** Follows a schedule, and shrinks nothing. */
  const follow = (schedule: readonly Action[]) => shrink(setting, property, schedule, 0);
  let small: Shrunk = { steps: [], switches: 0, because: "" };
  beforeAll(() => {
    small = shrink(setting, property, steps) ?? small;
  });

  it("breaks the same property for the same reason when it is replayed to the letter", () => {
    const { stale, properties: judged } = replay(setting, [property], small.steps);
    expect(stale).toBe(null);
    expect(judged).toMatchObject([{ id: broken, verdict: "violated", because: small.because }]);
  });

  it("says how often it switches", () => expect(small.switches).toBe(switchesIn(small.steps)));

  it("is smaller", () => expect(isSmaller(small, { steps })).toBe(true));

  it("is no smaller when any one step is left out", () => {
    const followed = withStepLeftOut(small.steps).flatMap((schedule) => follow(schedule) ?? []);
    expect(followed.filter((one) => isSmaller(one, small))).toEqual([]);
  });

  it("is no smaller when any one turn is left out", () => {
    const turns = turnsOf(small.steps);
    const followed = turns.flatMap((_, at) => follow(turns.toSpliced(at, 1).flat()) ?? []);
    expect(followed.filter((one) => isSmaller(one, small))).toEqual([]);
  });

  it("is no smaller when two turns change places", () => {
    const followed = withTurnsSwapped(small.steps).flatMap((schedule) => follow(schedule) ?? []);
    expect(followed.filter((one) => isSmaller(one, small))).toEqual([]);
  });

  it("shrinks to itself", () => expect(shrink(setting, property, small.steps)).toEqual(small));

  it("is the same every time", () => expect(shrink(setting, property, steps)).toEqual(small));
});

describe("shrinking", () => {
  it("answers with nothing where nothing breaks", () => {
    const { property, steps } = failureOf(named("no-lock"), "P6");
    expect(shrink(settingOf(papaya), property, steps)).toBe(null);
  });

  it("keeps the run as it was where it may try nothing", () => {
    const { setting, property, steps } = failureOf(miniature(3, 1, "shared"), "P3");
    const { steps: followed, switches } = shrink(setting, property, steps, 0) ?? {};
    expect(followed).toEqual(steps);
    expect(switches).toBe(switchesIn(steps));
  });

  it("comes to one context switch where one is enough", () => {
    const { setting, property, steps } = failureOf(miniature(3, 1, "shared"), "P3");
    expect(shrink(setting, property, steps)).toMatchObject({ switches: 1 });
  });

  it("leaves out faults that the break does not need", () => {
    const { setting, property, steps } = failureOf(named("no-lock"), "P6", {
      faults: { disconnect: 1, stop: 1 },
    });
    const isFault = ({ kind }: Action) => kind === "fault";
    expect(steps.some(isFault)).toBe(true);
    expect(shrink(setting, property, steps)?.steps.some(isFault)).toBe(false);
  });

  it("leaves out clients that the break does not need", () => {
    const { setting, property, steps } = failureOf(named("no-lock"), "P3", { clients: 4 });
    const clientsIn = (some: readonly Action[] = []) =>
      new Set(some.map(({ process }) => process).filter((name) => roleOf(name) === "client")).size;
    expect(clientsIn(steps)).toBe(4);
    expect(clientsIn(shrink(setting, property, steps)?.steps)).toBeLessThanOrEqual(2);
  });
});
