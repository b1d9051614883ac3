/** Columns: every cell of the world gets a number, and every value that a cell ever has gets one within its column. */
import type { Value } from "../kernel/index.ts";
import { canonical } from "./canonical.ts";

interface Column {
  readonly name: string;
  /** The number 0 is `null`: a cell that nobody has written. */
  readonly values: Value[];
  readonly numbers: Map<string, number>;
}

export class Columns {
  private readonly columns: Column[] = [];
  private readonly byName = new Map<string, number>();

  get count(): number {
    return this.columns.length;
  }

  /** The number of a cell's column. */
  numberOf(cell: string): number {
    const known = this.byName.get(cell);
    if (known !== undefined) return known;
    this.byName.set(cell, this.columns.length);
    this.columns.push({ name: cell, values: [null], numbers: new Map([["null", 0]]) });
    return this.columns.length - 1;
  }

  nameOf(column: number): string {
    return this.at(column).name;
  }

  valueOf(column: number, number: number): Value {
    return this.at(column).values[number] ?? null;
  }

  /** How many values a column has had so far, `null` included. */
  sizeOf(column: number): number {
    return this.at(column).values.length;
  }

  intern(column: number, value: Value): number {
    if (value === null) return 0;
    const { values, numbers } = this.at(column);
    const key = canonical(value);
    const known = numbers.get(key);
    if (known !== undefined) return known;
    numbers.set(key, values.length);
    return values.push(value) - 1;
  }

  private at(column: number): Column {
    const found = this.columns[column];
    if (found === undefined) throw new RangeError(`internal: no column ${column}`);
    return found;
  }
}
