/** A generated program on both kernels. */

import type { Prediction } from "../../model/index.ts";
import type { SteeredReport, Steering } from "../../real/index.ts";
import { predict } from "../../sim/index.ts";
import type { Transition } from "../../sim/transition.ts";
import { type Course, type Planted, runOf, settingOfProgram } from "./programs.ts";

export interface Confrontation extends SteeredReport {
  /** The steps that both kernels took, but for those whose result did not come from the real one. */
  readonly confirmed: readonly Transition[];
}

/** What the simulated kernel says of a program's run, step by step. */
export const predicted = (one: Course, planted: Planted = {}): Prediction =>
  predict(
    settingOfProgram(one.program, planted),
    runOf(one, planted).map(({ action }) => action),
  );

/**
 * Forces the program's run on the simulated kernel onto real processes; where they part, the report says so. With something
 * planted, the simulated kernel is a wrong one.
 */
export const confront = (steering: Steering, one: Course, planted: Planted = {}): Confrontation => {
  const run = runOf(one, planted);
  const setting = settingOfProgram(one.program, planted);
  const report = steering.replay(setting, one.program, predicted(one, planted), []);
  return { ...report, confirmed: run.filter((_, at) => report.steps[at]?.injected === false) };
};
