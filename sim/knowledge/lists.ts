/** Lists of integers, one after the other: how many there are, and each of them. One is known by the place where it begins. */
import { widened } from "./state.ts";

export class Lists {
  // No list stands at 0.
  private ints = new Int32Array(1 << 8);
  private end = 1;

  /** Where the new list begins: above 0. */
  add(list: readonly number[]): number {
    const { end } = this;
    this.end += 1 + list.length;
    if (this.end > this.ints.length) this.ints = widened(this.ints, 2 * this.end);
    this.ints[end] = list.length;
    this.ints.set(list, end + 1);
    return end;
  }

  lengthOf(list: number): number {
    return this.ints[list]!;
  }

  /** The nth of its integers, from 0. */
  at(list: number, nth: number): number {
    return this.ints[list + 1 + nth]!;
  }
}
