import { test } from "@fast-check/vitest";
import fc from "fast-check";
import { afterAll, describe, expect } from "vitest";
import type { Property, Setting } from "../../model/index.ts";
import { inspectProtocol } from "../../model/index.ts";
import { type CheckReport, check, type Reductions, replay } from "../../sim/index.ts";
import { draft, settingOfDraft } from "../arbitraries/protocol.ts";
import { propertiesOf, questions } from "../arbitraries/watch.ts";
import { restsOf } from "./rests.ts";

const runs = Number(process.env.PAPAYA_PROTOCOLS ?? 300);
const seed = Number(process.env.PAPAYA_SEED ?? 1);
const largest = 3000;
const none: Reductions = { symmetry: false, order: false };
/** Nothing is learnt beforehand. */
const reductions: readonly Reductions[] = [
  { symmetry: true, order: false },
  { symmetry: false, order: true, learning: 1 },
  { symmetry: true, order: true, learning: 1 },
  ...(runs > 1000 ? [{ symmetry: false, order: true, learning: 20 }] : []),
];

const verdictsOf = ({ verdict, properties, unreached }: CheckReport) => ({
  verdict,
  unreached,
  properties: properties.map(({ id, verdict: own, steps }) => ({ id, own, steps })),
});
const switchesOf = ({ properties }: CheckReport) =>
  properties.map(({ id, schedule }) => [
    id,
    schedule?.steps.filter(({ process }, at) => schedule.steps[at - 1]?.process !== process).length,
  ]);

const seen = { protocols: 0, large: 0, violated: 0, alike: 0, reducedBySymmetry: 0, reducedByOrder: 0, asymmetric: 0, over100: 0 , resting: 0 };

const expectSame = (setting: Setting, properties: readonly Property[]): void => {
  const full = check(setting, properties, { maxStates: largest });
  if (full.queue > 0) { seen.large++; return; }
  seen.protocols++;
  if (full.verdict === "violated") seen.violated++;
  if (full.states > 100) seen.over100++;
  if (full.quiescent > 0) seen.resting++;
  const rests = restsOf(setting, properties, none);
  for (const reduction of reductions) {
    const reduced = check(setting, properties, { reductions: reduction });
    const about = JSON.stringify(reduction);
    expect(verdictsOf(reduced), about).toEqual(verdictsOf(full));
    expect(switchesOf(reduced), about).toEqual(switchesOf(full));
    expect(reduced.states, about).toBeLessThanOrEqual(full.states);
    if (reduction.symmetry && !reduction.order && reduced.states < full.states) seen.reducedBySymmetry++;
    if (!reduction.symmetry && reduction.order && reduced.states < full.states) seen.reducedByOrder++;
    if (reduction.symmetry && !reduction.order && reduced.asymmetry !== "") seen.asymmetric++;
    for (const { id, schedule } of reduced.properties) {
      if (schedule === null) continue;
      const again = replay(setting, properties, schedule.steps);
      expect(again.properties.find((one) => one.id === id)?.verdict, about).toBe("violated");
    }
    const alike = reduction.symmetry && reduced.asymmetry === "";
    expect(restsOf(setting, properties, { ...reduction, symmetry: alike })(alike), about).toEqual(rests(alike));
  }
};

describe("random small protocols", () => {
  test.prop([draft, questions], { seed, numRuns: runs, ...(process.env.PAPAYA_SECONDS ? {interruptAfterTimeLimit: 1000*Number(process.env.PAPAYA_SECONDS)}: {}) })("are the same in every reduced search", (drawn, asked) => {
    const setting = settingOfDraft(drawn);
    expect(inspectProtocol(setting.protocol)).toEqual([]);
    expectSame(setting, propertiesOf(asked));
  }, 4_000_000);
  afterAll(() => console.log(seen));
});
void fc;
