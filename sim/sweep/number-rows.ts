/** Rows of integers, one entry for each number of a part, 0 where it is not known yet. They are longer than there are numbers. */
import { Ints } from "./pairs.ts";

export class NumberRows {
  private rows = new Ints();
  private starts = new Ints();
  private readonly parts: number[] = [];
  private lengths: readonly number[] = [];

  get ints(): Int32Array {
    return this.rows.ints;
  }

  /** Where each row begins. */
  get begins(): Int32Array {
    return this.starts.ints;
  }

  /** Adds a row for the numbers of a part. */
  add(part: number): void {
    this.parts.push(part);
    this.starts.append([this.rows.reserve(this.lengths[part] ?? 0)]);
  }

  /** Makes rows longer where there are numbers, so many by part, that they have no place for. */
  makeRoom(sizes: readonly number[]): void {
    if (sizes.every((size, part) => size <= (this.lengths[part] ?? 0))) return;
    this.resize(sizes.map((size, part) => Math.max(64, 2 * size, this.lengths[part] ?? 0)));
  }

  private resize(lengths: readonly number[]): void {
    const [old, begins] = [this.rows, this.starts];
    const before = this.lengths;
    this.lengths = lengths;
    this.rows = new Ints();
    this.starts = new Ints();
    for (const [row, part] of this.parts.entries()) {
      if (lengths[part] === undefined) throw new RangeError(`internal: no room for part ${part}`);
      const start = this.rows.reserve(lengths[part]!);
      this.starts.append([start]);
      const from = begins.ints[row]!;
      this.rows.ints.set(old.ints.subarray(from, from + Math.min(before[part] ?? 0, lengths[part]!)), start);
    }
  }

  /** An entry less one, or -1 where it is not known. */
  at(row: number, number: number): number {
    const hasRoom = number < (this.lengths[this.parts[row]!] ?? 0);
    return hasRoom ? this.rows.ints[this.starts.ints[row]! + number]! - 1 : -1;
  }

  /** Keeps an entry less one where there is room, and returns it. */
  keep(row: number, number: number, entry: number): number {
    const hasRoom = number < (this.lengths[this.parts[row]!] ?? 0);
    if (hasRoom) this.rows.ints[this.starts.ints[row]! + number] = entry + 1;
    return entry;
  }
}
