/** Columns: every cell of the world gets a number, and every value that a cell ever has gets one within its column. */
import type { Value } from "../kernel/index.ts";

/** Text in which nothing is escaped. */
const plain = /^[ !#-[\]-~]*$/;

const quoted = (text: string): string => (plain.test(text) ? `"${text}"` : JSON.stringify(text));

/** JSON with sorted keys: equal exactly for equal values. */
export const canonical = (value: Value): string => {
  if (typeof value === "string") return quoted(value);
  if (value === null || typeof value !== "object") return String(value);
  let fields = "";
  if (Array.isArray(value)) {
    for (const inner of value as readonly Value[]) fields += `${fields === "" ? "" : ","}${canonical(inner)}`;
    return `[${fields}]`;
  }
  const record = value as Readonly<Record<string, Value>>;
  for (const key of Object.keys(record).sort())
    fields += `${fields === "" ? "" : ","}${quoted(key)}:${canonical(record[key]!)}`;
  return `{${fields}}`;
};

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
