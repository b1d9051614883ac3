/**
 * The same machines as real processes on the real kernel. Imports the model, never the simulation.
 *
 * - `native` `bytes`   the C library, as thin as it can be; strings as bytes
 * - `syscalls/`    one function a request: performs it, and gives back the result
 * - `process` `recording` `self` `configuration`   a process: its start, its loop, what it knows, what it is told
 * - `nursery` `zygote` `forkable`   everything is forked of one Node process: whom the runner asks, its program, what it takes
 * - `observe` `merge`   the trace that every process writes; all of them put together
 * - `port` `dice`  a port of its own for a run; chance, from a seed
 * - `trouble` `workplace`   what is wrong where processes cannot be run; a directory for a run
 * - `kernel`       what the kernel says of processes: asleep, dead, holding what
 * - `plan` `harness` `run`   what clients do; starting, striking, ending; a whole run with its verdict
 * - `steering/`    a schedule forced onto real processes, call by call
 * - `client/`      a client for people: the wire protocol alone, no machine and no native call
 * - `server/`      the server that people run
 * - `torture/`     the server under seeded trouble
 * - `protocol`     finds and loads a protocol
 */
export { obstacleTo } from "./harness.ts";
export { makePlan, type Plan } from "./plan.ts";
export { loadProtocol, UnusableProtocol } from "./protocol.ts";
export { type ProcessesReport, realSizes, runProcesses } from "./run.ts";
export { type Divergence, type SteeredReport, type SteeredStep, Steering } from "./steering/index.ts";
export { ProcessTrouble } from "./trouble.ts";
