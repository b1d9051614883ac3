/** Which processes have looked at which cells since they last changed. */
import { widened } from "./state.ts";

export class Readers {
  /** By cell, in the order in which they first looked. What stands behind the count is out of date. */
  private readonly readers: (number[] | undefined)[] = [];
  private counts = new Int32Array(0);
  /** By cell: how often it has changed, from 1. */
  private changes = new Int32Array(0);
  /** By process and cell: the change after which it has looked there. */
  private readonly looked: (Int32Array | undefined)[] = [];

  /** A process looks at cells. */
  add(process: number, cells: readonly number[]): void {
    const looked = this.looked[process] ?? this.noteProcess(process);
    const { changes } = this;
    for (let at = 0; at < cells.length; at++) {
      const cell = cells[at]!;
      if (looked[cell] === changes[cell]) continue;
      looked[cell] = changes[cell]!;
      const readers = this.readers[cell];
      if (readers === undefined) this.readers[cell] = [process];
      else readers[this.counts[cell]!] = process;
      this.counts[cell]!++;
    }
  }

  /** How many have looked at a cell. */
  countOf(cell: number): number {
    return this.counts[cell]!;
  }

  /** The nth of them, from 0. */
  at(cell: number, nth: number): number {
    return this.readers[cell]![nth]!;
  }

  /** A cell changes: nobody has looked at it. */
  clear(cell: number): void {
    this.counts[cell] = 0;
    this.changes[cell]!++;
  }

  /** There are so many cells now. */
  widen(width: number): void {
    const before = this.changes.length;
    if (width <= before) return;
    this.counts = widened(this.counts, width);
    this.changes = widened(this.changes, width).fill(1, before);
    for (const [process, looked] of this.looked.entries())
      if (looked !== undefined) this.looked[process] = widened(looked, width);
  }

  private noteProcess(process: number): Int32Array {
    const looked = new Int32Array(this.changes.length);
    this.looked[process] = looked;
    return looked;
  }
}
