/**
 * Sweeps: exhaustive search of large state spaces, on integers alone.
 *
 * - `sweep`        layer by layer: what is known is expanded by the crew, what is not is learnt in between
 * - `settling` `headway`   when it is judged again what is relied on, and that it gets on
 * - `parts` `members`      blocks that belong together share one number, a state is a handful of these; whose processes are in one
 * - `situations` `part-effects` `likes`   what is learnt from the product: what a part can do, what that does to parts, and
 *                  which states are alike
 * - `tables` `pairs` `number-rows`        the same as plain integers that threads share
 * - `code`   how situations stand in integers
 * - `expander` `canon`   the inner loop: the successors of a state, and the least of its likes
 * - `layout` `visited` `frontier`         rows of bits, those that have been seen, those that wait
 * - `checkpoint`   what a sweep that ended early needs to go on
 * - `heard`        what the properties have told so far
 * - `crew`         who does the work: this thread alone, or others that are given
 */
export { type Checkpoint, describeSearch, ForeignCheckpoint } from "./checkpoint.ts";
export { alone, type Crew, emptyHarvest } from "./crew.ts";
export { Expander } from "./expander.ts";
export { sharedInts } from "./pairs.ts";
export { Sweep, type SweepResult } from "./sweep.ts";
export type { Harvest, Round } from "./tables.ts";
