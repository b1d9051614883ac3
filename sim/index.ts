/**
 * Simulated processes. Imports the model; takes properties as an argument.
 *
 * - `kernel/`      the simulated kernel, on cells
 * - `transition` `world`   what can happen, and what it does: slow, plain, the definition
 * - `quiescence` `prediction`   the event that ends a trace; what to expect of a schedule, step by step
 * - `engine/`      the same on integers: blocks of columns, memoised functions, packed states; symmetry, movers
 * - `checker/`     exhaustive search, counterexamples, coverage of processes and of the kernel's machines
 * - `sweep/`       the same for many states: no ways kept, worked on by several threads
 * - `liveness/` `moment`   progress properties on runs that never end; a state as they see it
 * - `simulation` `simulate` `replay` `shrink`   single runs
 * - `campaign`     many of them, each with a seed of its own, and what they tell together
 * - `knowledge/`   what the runs of a setting have found out, so that others need not
 * - `validation/`  whether a trace of intervals is a behaviour of the model
 * - `scheduler/`   who goes next: random, PCT, segments
 * - `progress`     long work that can be watched and stopped
 */
export {
  type Break,
  type Campaign,
  type CampaignProgress,
  type CampaignReport,
  campaigning,
  joinTallies,
  reportOn,
  type Stretch,
  seedOfRun,
  type Tally,
  tallyFromFirst,
} from "./campaign.ts";
export { type CheckLimits, type CheckReport, check, checking } from "./checker/check.ts";
export { machineTransitions, showMachineTransition } from "./checker/coverage.ts";
export { escalating, mostInFull } from "./checker/escalation.ts";
export type { SearchProgress } from "./checker/search.ts";
export type { Reductions } from "./checker/space.ts";
export { ProtocolError } from "./kernel/index.ts";
export { knowledgeLimit } from "./knowledge/knowledge.ts";
export {
  type CheckedProgress,
  checkingLiveness,
  checkLiveness,
  type Follow,
  followLasso,
  type LivenessReport,
  type Part,
} from "./liveness/index.ts";
export { observe, predict } from "./prediction.ts";
export { type Answer, finish } from "./progress.ts";
export { type ReplayReport, replay, replayAligned } from "./replay.ts";
export { PctScheduler } from "./scheduler/pct.ts";
export { RandomScheduler } from "./scheduler/random.ts";
export type { Scheduler } from "./scheduler/scheduler.ts";
export { shrink, shrinking } from "./shrink.ts";
export { type RunReport, simulate, simulating } from "./simulate.ts";
export {
  type Checkpoint,
  type Crew,
  Expander,
  emptyHarvest,
  ForeignCheckpoint,
  type Harvest,
  type Round,
  sharedInts,
} from "./sweep/index.ts";
export {
  type AllowanceCounts,
  allowanceNames,
  type Misfit,
  type Validation,
  type ValidationProgress,
  validating,
} from "./validation/index.ts";
