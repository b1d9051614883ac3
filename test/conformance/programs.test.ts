/** What is claimed of generated programs on the model's side alone: they make sense, their runs repeat, they reach everything. */
import { readFileSync } from "node:fs";
import { test as given } from "@fast-check/vitest";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { replay } from "../../sim/index.ts";
import { table } from "../docs/tables.ts";
import { excluded } from "./excluded.ts";
import { type Course, course, mostSteps, runOf, scheduleOfProgram, settingOfProgram } from "./programs.ts";
import { objectsReached, resultsReached, unreachable, wantedObjects, wantedResults } from "./reach.ts";

const seed = 1;

describe("a generated program", () => {
  given.prop([course], { seed, numRuns: 1000 })(
    "runs to its end, and never asks for what makes no sense",
    (one) => {
      expect(runOf(one).length).toBeLessThan(mostSteps);
    },
  );

  given.prop([course], { seed, numRuns: 300 })(
    "has a schedule that its replay follows to the letter",
    ({ program, segments }) => {
      const steps = scheduleOfProgram(program, segments);
      const { stale, complete } = replay(settingOfProgram(program), [], steps);
      expect({ stale, complete }).toEqual({ stale: null, complete: true });
    },
  );
});

describe("some thousand generated programs", () => {
  let runs: { readonly one: Course; readonly run: ReturnType<typeof runOf> }[] = [];
  beforeAll(() => {
    runs = fc.sample(course, { seed, numRuns: 6000 }).map((one) => ({ one, run: runOf(one) }));
  }, 60_000);

  test.each(Object.entries(excluded))("do without: %s", (_, { isIn }) =>
    expect(runs.filter(({ one, run }) => isIn(one.program, run)).map(({ one }) => one)).toEqual([]),
  );

  test("reach every call with every result that it may give, but for those that are listed", () => {
    const reached = resultsReached(runs.map(({ run }) => run));
    expect(
      wantedResults()
        .filter((one) => !reached.has(one))
        .sort(),
    ).toEqual(Object.keys(unreachable.results).sort());
  });

  test("reach every transition of the lock and of the signals, but for those that are listed", () => {
    const reached = objectsReached(runs.map(({ run }) => run));
    expect(wantedObjects().filter((one) => !reached.has(one))).toEqual(Object.keys(unreachable.transitions));
  });
});

test("docs/fidelity.md shows what is left out, and why", () => {
  const rows = Object.entries(excluded).map(([what, { because }]) => [what, because]);
  expect(readFileSync("docs/fidelity.md", "utf8")).toContain(table(["left out", "because"], rows));
});
