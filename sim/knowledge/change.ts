/** Changes of a state: cells and the numbers of their new values, by turns, in the order in which they are written. */
import type { Value } from "../kernel/index.ts";
import type { Numbering } from "./numbering.ts";

export type Change = Int32Array;

export const changeOf = (
  numbering: Numbering,
  writes: ReadonlyMap<string, Value>,
  numberOf: (cell: number, value: Value) => number = (cell, value) => numbering.numberFor(cell, value),
): Change => {
  const change = new Int32Array(2 * writes.size);
  let at = 0;
  for (const [name, value] of writes) {
    const cell = numbering.numberOf(name);
    change[at++] = cell;
    change[at++] = numberOf(cell, value);
  }
  return change;
};
