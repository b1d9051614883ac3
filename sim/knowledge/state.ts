/** Where a run stands: the value of each cell, and that value's number. Notes which cells are looked at. */
import type { Cell, Cells, Value } from "../kernel/index.ts";
import { type Numbering, none, pending } from "./numbering.ts";

export class State implements Cells {
  private valueNumbers = new Int32Array(0);
  /** By cell: its value where that has no number, or none yet. */
  private readonly loose: Value[] = [];
  private looks: number[] = [];
  /** By cell: the look in which it was last read. */
  private lookedAt = new Int32Array(0);
  private look = 0;

  constructor(private readonly numbering: Numbering) {}

  /** By cell: the number of its value; 0 where it has none, negative where it is to be asked for. */
  get numbers(): Int32Array {
    this.makeRoom();
    return this.valueNumbers;
  }

  get<T>({ name }: Cell<T>): T | null {
    const cell = this.numbering.numberOf(name);
    if (cell >= this.valueNumbers.length) this.makeRoom();
    if (this.lookedAt[cell] !== this.look) {
      this.lookedAt[cell] = this.look;
      this.looks.push(cell);
    }
    return this.at(cell) as T | null;
  }

  set(): never {
    throw new Error("internal: a simulation changes by its steps only");
  }

  /** The value of a cell by its number. */
  at(cell: number): Value {
    const number = this.valueNumbers[cell]!;
    return number >= 0 ? this.numbering.valueOf(cell, number) : this.loose[cell]!;
  }

  /** Makes the change that stands there ({@link Deeds}). */
  apply(ints: Int32Array, at: number): void {
    const { numbers } = this;
    const end = at + 2 * ints[at]!;
    for (let pair = at + 1; pair < end; pair += 2) numbers[ints[pair]!] = ints[pair + 1]!;
  }

  /** One cell has another value. */
  put(cell: number, number: number): void {
    this.numbers[cell] = number;
  }

  /** A value that may not come up again. It is given no number now, but holds as soon as its cell has the number returned. */
  hold(cell: number, value: Value): number {
    if (value === null) return 0;
    if (cell >= this.loose.length) this.makeRoom();
    this.loose[cell] = value;
    return pending;
  }

  /** The cells that some work looks at, in the order in which it does so. */
  watch(work: () => void): readonly number[] {
    this.look++;
    this.looks = [];
    work();
    const { looks } = this;
    // Whoever looks later looks on behalf of nobody.
    this.looks = [];
    return looks;
  }

  /** The number of a cell's value, which is found out when somebody asks for it. */
  numberOf(cell: number): number {
    const number = this.numbers[cell]!;
    if (number !== pending) return number;
    const found = this.numbering.numberFor(cell, this.loose[cell]!);
    this.valueNumbers[cell] = found;
    return found;
  }

  /** Whether all these cells have values that have a number. */
  isNumbered(cells: readonly number[]): boolean {
    return cells.every((cell) => this.numberOf(cell) !== none);
  }

  /** Cells that were first heard of a moment ago, or by another run, have no value here. */
  private makeRoom(): void {
    const { count } = this.numbering;
    if (count <= this.valueNumbers.length) return;
    const width = Math.max(64, count + (count >> 2));
    this.valueNumbers = widened(this.valueNumbers, width);
    this.lookedAt = widened(this.lookedAt, width);
    while (this.loose.length < width) this.loose.push(null);
  }
}

/** The same numbers, and zeros behind them. */
export const widened = (numbers: Int32Array, width: number): Int32Array<ArrayBuffer> => {
  const wider = new Int32Array(width);
  wider.set(numbers);
  return wider;
};
