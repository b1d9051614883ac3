/** Which processes have looked at which cells since they last changed. */
import type { Situations } from "./situations.ts";

const bitsPerWord = 32;
const wordOf = (process: number): number => process >> 5;
const bitOf = (process: number): number => 1 << (process & (bitsPerWord - 1));

export class Readers {
  /** By cell: how many have looked; a bit for each process, whether it has; who they are, in the order in which they first looked. */
  private rows = new Int32Array(0);
  private cells = 0;
  /** Integers of a row that hold bits. */
  private words = 0;

  private get stride(): number {
    return 1 + this.words + this.words * bitsPerWord;
  }

  /** There are so many cells and processes. */
  widen(cells: number, processes: number): void {
    if (cells <= this.cells && processes <= this.words * bitsPerWord) return;
    const { rows, stride, words } = this;
    const before = this.cells;
    this.cells = Math.max(cells, before);
    this.words = Math.max(Math.ceil(processes / bitsPerWord), words);
    this.rows = new Int32Array(this.cells * this.stride);
    for (let cell = 0; cell < before; cell++) {
      const [from, to] = [cell * stride, cell * this.stride];
      this.rows.set(rows.subarray(from, from + 1 + words), to);
      this.rows.set(rows.subarray(from + 1 + words, from + stride), to + 1 + this.words);
    }
  }

  /** A process looks at a cell. */
  add(process: number, cell: number): void {
    const { rows } = this;
    const row = cell * this.stride;
    const word = row + 1 + wordOf(process);
    const bit = bitOf(process);
    if ((rows[word]! & bit) !== 0) return;
    rows[word]! |= bit;
    const count = rows[row]!;
    rows[row + 1 + this.words + count] = process;
    rows[row] = count + 1;
  }

  /** It looks at those of the situation that was found last. */
  addFound(process: number, situations: Situations): void {
    situations.forEachCell((cell) => this.add(process, cell));
  }

  /** How many have looked at a cell. */
  countOf(cell: number): number {
    return this.rows[cell * this.stride]!;
  }

  /** The nth of them, from 0. */
  at(cell: number, nth: number): number {
    return this.rows[cell * this.stride + 1 + this.words + nth]!;
  }

  /** A cell changes: nobody has looked at it. */
  clear(cell: number): void {
    const row = cell * this.stride;
    for (let at = row; at <= row + this.words; at++) this.rows[at] = 0;
  }
}
