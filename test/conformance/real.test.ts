/** The same facts on the real kernel: every outcome that the simulated one gives, forced onto real processes step by step. */

import { isDeepStrictEqual } from "node:util";
import { test as given } from "@fast-check/vitest";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  atRest,
  metaOf,
  type ProcessMachine,
  type Program,
  type Protocol,
  settingOf,
} from "../../model/index.ts";
import { papaya } from "../../model/protocols/index.ts";
import { Steering } from "../../real/index.ts";
import { predict } from "../../sim/index.ts";
import { confront, predicted } from "./confrontation.ts";
import { isStaged } from "./fact.ts";
import { themes } from "./facts/index.ts";
import { planted } from "./planted.ts";
import { type Course, course } from "./programs.ts";
import { schedulesOf } from "./simulated.ts";

let steering: Steering;
beforeAll(() => {
  steering = Steering.open();
});
afterAll(() => steering.close());

const callsOf = (machine: ProcessMachine) =>
  Object.keys(machine.states)
    .filter((state) => state !== atRest)
    .flatMap((state) => metaOf(machine, state)?.call ?? []);

/** The scripts of a fact as data, which is how a real process is given them. */
const programOf = ({ machines, client, start, parameters }: Protocol): Program => ({
  processes: Object.fromEntries(Object.entries(machines).map(([role, machine]) => [role, callsOf(machine)])),
  start: start.map(({ role }) => role),
  parameters,
  client: client === papaya.client ? "papaya" : callsOf(client),
});

describe("an error that is planted in the simulated kernel is found", () => {
  test.each(Object.entries(planted))("%s", (_, error) => {
    // Only where the error shows in what is predicted can the real kernel say otherwise.
    const isShown = (one: Course) => !isDeepStrictEqual(predicted(one), predicted(one, error));
    const property = fc.property(
      course,
      (one) => !isShown(one) || confront(steering, one, error).divergence === null,
    );
    expect(fc.check(property, { seed: 1, numRuns: 3000, endOnFailure: true }).failed).toBe(true);
  });
});

describe("generated programs", () => {
  given.prop([course], { seed: 1, numRuns: 300 })("run on both kernels alike", (one) => {
    expect(confront(steering, one).divergence).toBeNull();
  });
});

for (const [theme, facts] of Object.entries(themes))
  describe(`real kernel, ${theme}`, () => {
    for (const fact of facts)
      test(fact.says, () => {
        const setting = settingOf(fact.protocol);
        for (const steps of schedulesOf(fact).values()) {
          const report = steering.replay(setting, programOf(fact.protocol), predict(setting, steps), []);
          expect(report.divergence).toBeNull();
          expect(report.complete).toBe(true);
          const made = report.steps.filter(({ action, injected }) => injected && action.call === "write");
          if (!isStaged(fact)) expect(made).toEqual([]);
        }
      });
  });
