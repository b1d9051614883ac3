/**
 * Steering: a schedule forced onto real processes, call by call.
 *
 * - `order` `gate`    what goes over the gate; the gate as a process sees it
 * - `steered` `forced` `probe`   a process at the gate: its loop; calls made in a certain manner; would it block?
 * - `stage` `link`    the processes of one run; one of them, as the controller sees it
 * - `manner` `steps` `faults` `settling` `ending`   how a step is brought about; taking it; striking; what follows; the end
 * - `census` `blocking` `divergence`   what the kernel says of everybody; what blocks without its word; where the two part
 * - `replay`          a whole schedule
 */
export type { Divergence } from "./divergence.ts";
export { type SteeredReport, type SteeredStep, Steering } from "./replay.ts";
