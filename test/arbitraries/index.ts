/**
 * What fast-check draws from. Each arbitrary shrinks towards what is easier to read.
 *
 * - `workload`   who comes with which token, what it sends, and how that is cut into segments
 *                who comes when, leaves and comes back is the schedule's affair
 * - `faults`     which faults of the environment may happen, and how often
 * - `schedule`   a course: a fault plan, and who goes on when, for how many steps
 */
export * from "./faults.ts";
export * from "./schedule.ts";
export * from "./workload.ts";
