/** Numbers of cells and of their values. The same for all runs that share what they know. */
import type { Value } from "../kernel/index.ts";

/** A value whose number nobody has asked for yet. */
export const pending = -1;
/** A value that has no number, since no more are given. */
export const none = -2;

/** Of memory, besides two for each character of a value's text. */
const bytesPerValue = 150;

const isWhole = (value: unknown): boolean =>
  value !== undefined && (typeof value !== "object" || value === null || Object.values(value).every(isWhole));

/** As JSON, but that what is undefined is not left out. */
export const textOf = (value: Value): string =>
  isWhole(value)
    ? JSON.stringify(value)
    : JSON.stringify(value, (_, inner: unknown) => (inner === undefined ? "\0undefined" : inner));

export class Numbering {
  private readonly cells = new Map<string, number>();
  /** By cell: the numbers of its values, by their text. */
  private readonly numbers: Map<string, number>[] = [];
  /** By cell: its values, by their numbers. */
  private readonly values: Value[][] = [];
  /** About how many bytes it takes. */
  weight = 0;

  constructor(private readonly most: number) {}

  /** How many cells there are. */
  get count(): number {
    return this.values.length;
  }

  numberOf(cell: string): number {
    const known = this.cells.get(cell);
    if (known !== undefined) return known;
    this.cells.set(cell, this.values.length);
    this.numbers.push(new Map());
    return this.values.push([null]) - 1;
  }

  /** Whether it gives no more numbers to values. */
  get isFull(): boolean {
    return this.weight > this.most;
  }

  /** The value that has a number. */
  valueOf(cell: number, number: number): Value {
    return this.values[cell]![number]!;
  }

  /**
   * The number of one of a cell's values: 0 for null. Values are told apart by their text, the order of their fields included, so
   * that nobody who is given one can tell whose it was.
   */
  numberFor(cell: number, value: Value): number {
    if (value === null) return 0;
    const numbers = this.numbers[cell]!;
    const text = textOf(value);
    const known = numbers.get(text);
    if (known !== undefined) return known;
    if (this.isFull) return none;
    this.weight += bytesPerValue + 2 * text.length;
    const number = this.values[cell]!.push(value) - 1;
    numbers.set(text, number);
    return number;
  }
}
