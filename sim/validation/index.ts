/**
 * Whether a trace of intervals, as real processes write it, is a behaviour of the model.
 *
 * - `intervals`   the trace, process by process
 * - `agreement`   whether what a process got is what the model gives
 * - `alone`       each process by itself, against its machine
 * - `allowances`  what the real kernel may do beyond the model, by name
 * - `options`     what can happen next such that the record is kept to
 * - `position`    where a search stands; forward and back
 * - `keys`        short names for values
 * - `dependence`  whose next steps matter to each other
 * - `candidates`  what may come next, the likeliest first
 * - `blame`       what a dead end hangs on
 * - `search`      the search for an order
 * - `deciding`    whether there is one
 * - `validate`    the verdict
 * - `misfit`      an event that is none of the model's behaviours
 */
export { type AllowanceCounts, allowanceNames } from "./allowances.ts";
export type { ValidationProgress } from "./deciding.ts";
export type { Misfit } from "./misfit.ts";
export { type Validation, validating } from "./validate.ts";
