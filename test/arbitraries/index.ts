/**
 * What fast-check draws from. Each arbitrary shrinks towards what is easier to read.
 *
 * - `workload`   who comes with which token, what it sends, and how that is cut into segments
 *                who comes when, leaves and comes back is the schedule's affair
 * - `faults`     which faults of the environment may happen, and how often
 * - `schedule`   a course: a fault plan, and who goes on when, for how many steps
 * - `draft`      small protocols, made of the calls in `steps`; `protocol` is what a draft stands for
 * - `questions`  what such a protocol is asked: properties with and without a memory
 */
export * from "./draft.ts";
export * from "./faults.ts";
export * from "./protocol.ts";
export * from "./questions.ts";
export * from "./schedule.ts";
export * from "./steps.ts";
export * from "./workload.ts";
