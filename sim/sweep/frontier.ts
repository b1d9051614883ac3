/** States that are still to be expanded, as packed rows, in the order in which they were found. */
import { type Layout, packInto, unpackFrom } from "./layout.ts";

export class Frontier {
  private pieces: Int32Array[] = [];
  /** Words of the first piece that are gone already. */
  private gone = 0;
  private held = 0;

  constructor(private words: number) {}

  /** How many rows there are. */
  get length(): number {
    return this.held / this.words;
  }

  /** Adds rows, which are copied. */
  add(rows: Int32Array, count: number): void {
    if (count === 0) return;
    this.pieces.push(rows.slice(0, count * this.words));
    this.held += count * this.words;
  }

  /** Moves rows out, the oldest first, and returns how many. */
  take(into: Int32Array, most: number): number {
    let filled = 0;
    const limit = most * this.words;
    while (filled < limit && this.pieces.length > 0) {
      const [piece] = this.pieces as [Int32Array];
      const part = piece.subarray(this.gone, this.gone + limit - filled);
      into.set(part, filled);
      filled += part.length;
      this.gone += part.length;
      if (this.gone < piece.length) break;
      this.pieces.shift();
      this.gone = 0;
    }
    this.held -= filled;
    return filled / this.words;
  }

  /** Puts rows back that were taken last. */
  putBack(rows: Int32Array, from: number, to: number): void {
    if (from === to) return;
    this.pieces = [rows.slice(from * this.words, to * this.words), ...this.rest];
    this.gone = 0;
    this.held += (to - from) * this.words;
  }

  /** All rows, one after the other. */
  get rows(): Int32Array {
    const rows = new Int32Array(this.held);
    let end = 0;
    for (const piece of this.rest) {
      rows.set(piece, end);
      end += piece.length;
    }
    return rows;
  }

  /** Writes all rows in another layout. */
  layOut(before: Layout, after: Layout): void {
    const numbers = new Int32Array(after.word.length);
    const { rest } = this;
    this.gone = 0;
    this.words = after.words;
    this.held = 0;
    this.pieces = rest.map((piece) => {
      const rows = new Int32Array((piece.length / before.words) * after.words);
      for (let from = 0, to = 0; from < piece.length; from += before.words, to += after.words) {
        unpackFrom(before, piece, from, numbers);
        packInto(after, numbers, rows, to);
      }
      this.held += rows.length;
      return rows;
    });
  }

  /** The pieces, without what is gone of the first one. */
  private get rest(): Int32Array[] {
    return this.pieces.map((piece, at) => (at === 0 ? piece.subarray(this.gone) : piece));
  }
}
