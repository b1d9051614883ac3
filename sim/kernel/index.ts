/**
 * The simulated kernel. Its state is a set of cells; a call is a function from cells to its legal outcomes.
 *
 * - `cells`        what the state consists of, and the typed names of its cells
 * - `kernel`       what every part works on
 * - `descriptors` `closing`   descriptors, open file descriptions, and the end of them
 * - `files` `locks` `sockets`   the objects behind them
 * - `signals` `kill`   the signal machine of a process; the calls about signals
 * - `processes` `orphans`   start, spawn, groups, death, zombies
 * - `budget` `faults`   faults of the environment
 * - `calls` `step`   a call's outcomes; what a process can do next
 */
export * from "./cells.ts";
export { faultsOf } from "./faults.ts";
export { type Kernel, ProtocolError, type Reaction, requestNow } from "./kernel.ts";
export { nextName, startProcess } from "./processes.ts";
export { dueSignal, wouldInterrupt } from "./signals.ts";
export { foreignMove, kernelOn, type Move, movesOf } from "./step.ts";
