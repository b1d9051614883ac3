/** A generated program on both kernels. */
import type { SteeredReport, Steering } from "../../real/index.ts";
import { predict } from "../../sim/index.ts";
import type { Transition } from "../../sim/transition.ts";
import { type Course, runOf, settingOfProgram } from "./programs.ts";

export interface Confrontation extends SteeredReport {
  /** The steps that both kernels took, but for those whose result did not come from the real one. */
  readonly confirmed: readonly Transition[];
}

/** Forces the program's run on the simulated kernel onto real processes; where they part, the report says so. */
export const confront = (steering: Steering, one: Course): Confrontation => {
  const setting = settingOfProgram(one.program);
  const run = runOf(one);
  const prediction = predict(
    setting,
    run.map(({ action }) => action),
  );
  const report = steering.replay(setting, one.program, prediction, []);
  return { ...report, confirmed: run.filter((_, at) => report.steps[at]?.injected === false) };
};
