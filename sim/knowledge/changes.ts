/**
 * Changes of states, one after the other in one list of integers, so that little memory has to be fetched for one: how many cells
 * change, and then each of them with the number of its new value, in the order in which they are written.
 */
import type { Value } from "../kernel/index.ts";
import { type Numbering, none } from "./numbering.ts";
import { widened } from "./state.ts";

export class Changes {
  ints = new Int32Array(1 << 12);
  private end = 0;

  constructor(private readonly numbering: Numbering) {}

  /** Where it stands for good; below 0 where some value is given no number. */
  keep(writes: ReadonlyMap<string, Value>): number {
    const { end } = this;
    const at = this.pass(writes, (cell, value) => this.numbering.numberFor(cell, value));
    for (let pair = 1; pair <= writes.size; pair++) if (this.ints[at + 2 * pair] === none) return -1;
    this.end = end + 1 + 2 * writes.size;
    return at;
  }

  /** Where it stands until there is another one. */
  pass(writes: ReadonlyMap<string, Value>, numberOf: (cell: number, value: Value) => number): number {
    const { end, numbering } = this;
    if (end + 1 + 2 * writes.size > this.ints.length)
      this.ints = widened(this.ints, 2 * this.ints.length + 2 * writes.size);
    let at = end;
    this.ints[at++] = writes.size;
    for (const [name, value] of writes) {
      const cell = numbering.numberOf(name);
      this.ints[at++] = cell;
      this.ints[at++] = numberOf(cell, value);
    }
    return end;
  }
}
