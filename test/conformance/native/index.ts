/** All experiments, by name. */
import { appendExperiments } from "./appends.ts";
import { birthExperiments } from "./births.ts";
import type { Experiment } from "./experiment.ts";
import { interruptionExperiments } from "./interruptions.ts";
import { limitExperiments } from "./limits.ts";
import { lockExperiments } from "./locks.ts";

export const experiments: Readonly<Record<string, Experiment>> = {
  ...lockExperiments,
  ...interruptionExperiments,
  ...birthExperiments,
  ...appendExperiments,
  ...limitExperiments,
};
