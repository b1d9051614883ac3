/** A generated program on both kernels. */
import type { Steering, SteeredReport } from "../../real/index.ts";
import { predict } from "../../sim/index.ts";
import { type Course, scheduleOfProgram, settingOfProgram } from "./programs.ts";

/** Forces the program's run on the simulated kernel onto real processes; where they part, the report says so. */
export const confront = (steering: Steering, { program, segments }: Course): SteeredReport => {
  const setting = settingOfProgram(program);
  return steering.replay(setting, program, predict(setting, scheduleOfProgram(program, segments)), []);
};
