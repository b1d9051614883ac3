/**
 * Blocks: columns that belong together share one number. A state of the search is a vector of block numbers; what a column
 * holds in it is looked up. A column that comes into being later is nothing (0) in every block number so far, so numbers
 * never change their meaning.
 */
import type { Cell, Value } from "../kernel/index.ts";
import { Columns } from "./columns.ts";
import { groupOf } from "./grouping.ts";
import { CellMatters, kindOfCell } from "./slice.ts";
import { withRoomFor } from "./table.ts";

/** For each number of a block, the value number that one of its columns has. */
export interface Lookup {
  values: Int32Array;
}

/** Most blocks that a search can keep apart: processes, connections and things that all share. */
export const mostBlocks = 1 << 12;

interface Block {
  readonly name: string;
  readonly columns: number[];
  readonly numbers: Map<string, number>;
  count: number;
}

const termOf = (block: number, number: number): number => {
  if (number === 0) return 0;
  let h = Math.imul(block + 1, 0x9e3779b1) ^ Math.imul(number, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  h = Math.imul(h ^ (h >>> 12), 0x297a2d39);
  return h ^ (h >>> 15);
};

export class Blocks {
  readonly columns = new Columns();
  private readonly blocks: Block[] = [];
  private readonly byName = new Map<string, number>();
  private readonly blockOfColumn: number[] = [];
  private readonly slots: number[] = [];
  private readonly lookups: Lookup[] = [];
  /** What each number of each block adds to the hash of a state. */
  readonly terms: Int32Array[] = [];
  /** Goes up whenever there is a new block or a new number in one. */
  version = 0;
  /** Columns that some plain code has looked at. */
  readonly read = new Set<number>();
  private readonly leftOut: boolean[] = [];

  /** Cells of the given kinds have no place in a state. */
  constructor(private readonly unread: ReadonlySet<string> = new Set()) {}

  get count(): number {
    return this.blocks.length;
  }

  nameOf(block: number): string {
    return this.at(block).name;
  }

  /** How many numbers a block has had so far; 0, where all its columns are nothing, is one of them. */
  sizeOf(block: number): number {
    return this.at(block).count;
  }

  columnsOf(block: number): readonly number[] {
    return this.at(block).columns;
  }

  /** The column of a cell, which belongs to a block from now on. */
  columnOf(cell: string): number {
    const column = this.columns.numberOf(cell);
    if (column < this.blockOfColumn.length) return column;
    const block = this.blockNamed(groupOf(cell));
    this.blockOfColumn.push(block);
    this.leftOut.push(this.unread.has(kindOfCell(cell)));
    this.slots.push(this.at(block).columns.push(column) - 1);
    this.lookups.push({ values: new Int32Array(this.terms[block]!.length) });
    return column;
  }

  /** Whether nothing that is written to a column is kept. */
  leavesOut(column: number): boolean {
    return this.leftOut[column]!;
  }

  /** Throws {@link CellMatters} for a column of which nothing is kept. */
  noteRead(column: number): void {
    if (this.leavesOut(column)) throw new CellMatters(kindOfCell(this.columns.nameOf(column)));
    this.read.add(column);
  }

  blockOf(column: number): number {
    return this.blockOfColumn[column]!;
  }

  /** The block that a process's own cells are in. */
  blockNamed(name: string): number {
    const known = this.byName.get(name);
    if (known !== undefined) return known;
    if (this.blocks.length === mostBlocks)
      throw new RangeError(
        `the world has more than ${mostBlocks} groups of cells: check it with fewer processes or descriptors`,
      );
    this.version++;
    this.byName.set(name, this.blocks.length);
    this.terms.push(new Int32Array(16));
    return this.blocks.push({ name, columns: [], numbers: new Map([["", 0]]), count: 1 }) - 1;
  }

  lookupOf(column: number): Lookup {
    return this.lookups[column]!;
  }

  /** The value number that a column has in a block number. */
  numberIn(column: number, number: number): number {
    return this.lookups[column]!.values[number]!;
  }

  /** The value number that a column has in a state; a vector may be older than the column's block. */
  numberAt(vector: Int32Array, column: number): number {
    return this.numberIn(column, vector[this.blockOf(column)] ?? 0);
  }

  /** The value of a cell in a state. */
  valueIn<T>(vector: Int32Array, { name }: Cell<T>): T | null {
    const column = this.columnOf(name);
    return this.columns.valueOf(column, this.numberAt(vector, column)) as T | null;
  }

  /** The number of a block after some of its columns (pairs of column and value number) have been written to. */
  written(block: number, number: number, pairs: readonly number[]): number {
    const { columns } = this.at(block);
    const tuple = columns.map((column) => this.numberIn(column, number));
    for (let at = 0; at < pairs.length; at += 2) tuple[this.slots[pairs[at]!]!] = pairs[at + 1]!;
    return this.intern(block, tuple);
  }

  /** The number of a block whose columns have these value numbers, in the order in which they came into being. */
  intern(block: number, tuple: readonly number[]): number {
    const found = this.at(block);
    // Columns that come later must not change what a number is known by.
    const end = tuple.findLastIndex((value) => value !== 0) + 1;
    const key = tuple.slice(0, end).join(" ");
    const known = found.numbers.get(key);
    if (known !== undefined) return known;
    this.version++;
    const number = found.count++;
    found.numbers.set(key, number);
    const terms = withRoomFor(this.terms[block]!, number);
    this.terms[block] = terms;
    for (const column of found.columns) {
      const lookup = this.lookups[column]!;
      lookup.values = withRoomFor(lookup.values, number);
    }
    terms[number] = termOf(block, number);
    for (const [slot, column] of found.columns.entries())
      this.lookups[column]!.values[number] = tuple[slot] ?? 0;
    return number;
  }

  /** The value number of a value; its column is that of a cell. */
  internValue(column: number, value: Value): number {
    return this.columns.intern(column, value);
  }

  private at(block: number): Block {
    const found = this.blocks[block];
    if (found === undefined) throw new RangeError(`internal: no block ${block}`);
    return found;
  }
}
