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

  /** Whether an entry is known and kept. */
  has(row: number, number: number): boolean {
    return (
      number < (this.lengths[this.parts[row]!] ?? 0) && this.rows.ints[this.starts.ints[row]! + number] !== 0
    );
  }

  /** An entry less one; worked out where it is not known, and kept where there is room. */
  get(row: number, number: number, compute: () => number): number {
    const part = this.parts[row]!;
    const at = this.starts.ints[row]! + number;
    const hasRoom = number < (this.lengths[part] ?? 0);
    if (hasRoom && this.rows.ints[at] !== 0) return this.rows.ints[at]! - 1;
    const found = compute();
    if (hasRoom) this.rows.ints[at] = found + 1;
    return found;
  }
}
