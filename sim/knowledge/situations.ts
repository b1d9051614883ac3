/**
 * Functions of the world, as far as they are known: for each situation that one has been asked about, its answer. A situation is
 * what the function has looked at, and no more: which cells, and the numbers of their values. A function that finds the same in
 * all these cells looks at the same cells again and answers the same, whatever else there is.
 *
 * All of them stand in one table, and what is known of a situation in one place, so that little memory has to be fetched for it.
 */
import { type State, widened } from "./state.ts";

/** Cells that some functions look at, in the order in which they do. */
interface Shape {
  readonly number: number;
  readonly cells: readonly number[];
}

/** A function of the world, and what it has been seen to look at: nearly all look at the same cells every time. */
export interface Asked {
  readonly number: number;
  first: Shape | null;
  others: readonly Shape[];
}

const noShapes: readonly Shape[] = [];

/** A function that looks at ever other cells is not worth the search. */
const mostShapes = 64;

const mixed = (hash: number, number: number): number => Math.imul(hash ^ number, 0x9e3779b1) ^ (hash >>> 15);
const spread = (hash: number): number => hash ^ (hash >>> 16);

export class Situations {
  /** Function, shape, the numbers of the cells' values, answer; for each situation, one after the other. */
  private records = new Int32Array(1 << 12);
  // No situation stands at 0.
  private end = 1;
  /** A hash table: where a situation stands, or 0. */
  private slots = new Int32Array(1 << 10);
  private count = 0;
  private functions = 0;
  private readonly shapes: Shape[] = [];
  private readonly shapesByCells = new Map<string, Shape>();

  /** A function of which nothing is known. */
  add(): Asked {
    return { number: this.functions++, first: null, others: noShapes };
  }

  /** Where the answer stands; below 0 where the function has never been asked in this situation. */
  find({ number, first, others }: Asked, state: State): number {
    if (first === null) return -1;
    const { numbers } = state;
    let found = this.findIn(number, first, state, numbers);
    for (let at = 0; found < 0 && at < others.length; at++)
      found = this.findIn(number, others[at]!, state, numbers);
    return found;
  }

  /** What stands there: the first number of an answer, or a later one. */
  at(place: number): number {
    return this.records[place]!;
  }

  /**
   * Remembers an answer. `cells`: what the function has looked at for it. The same list, once for all such situations; null where
   * the answer is not kept.
   */
  learn(
    asked: Asked,
    cells: readonly number[],
    { numbers }: State,
    answer: readonly number[],
  ): readonly number[] | null {
    const isFull = asked.others.length === mostShapes;
    const shape = isFull ? this.shapesByCells.get(cells.join(" ")) : this.shapeOf(cells);
    if (shape === undefined) return null;
    asked.first ??= shape;
    if (asked.first !== shape && !asked.others.includes(shape)) {
      if (isFull) return null;
      asked.others = [...asked.others, shape];
    }
    const length = 2 + cells.length + answer.length;
    if (this.end + length > this.records.length)
      this.records = widened(this.records, 2 * this.records.length + length);
    const { records } = this;
    const start = this.end;
    records[start] = asked.number;
    records[start + 1] = shape.number;
    for (let at = 0; at < cells.length; at++) records[start + 2 + at] = numbers[cells[at]!]!;
    records.set(answer, start + 2 + cells.length);
    this.end += length;
    this.enter(start);
    return shape.cells;
  }

  private findIn(asked: number, { number, cells }: Shape, state: State, numbers: Int32Array): number {
    const { slots, records } = this;
    let hash = mixed(asked, number);
    for (let at = 0; at < cells.length; at++) {
      const value = numbers[cells[at]!]!;
      hash = mixed(hash, value >= 0 ? value : state.numberOf(cells[at]!));
    }
    const mask = slots.length - 1;
    let slot = spread(hash) & mask;
    for (let start = slots[slot]!; start !== 0; start = slots[slot]!) {
      if (records[start] === asked && records[start + 1] === number) {
        let at = 0;
        while (at < cells.length && records[start + 2 + at] === numbers[cells[at]!]) at++;
        if (at === cells.length) return start + 2 + at;
      }
      slot = (slot + 1) & mask;
    }
    return -1;
  }

  private enter(start: number): void {
    this.count++;
    if (2 * this.count <= this.slots.length) return this.place(start);
    const before = this.slots;
    this.slots = new Int32Array(4 * before.length);
    for (const one of before) if (one !== 0) this.place(one);
    this.place(start);
  }

  private place(start: number): void {
    const { slots, records } = this;
    const { cells } = this.shapes[records[start + 1]!]!;
    let hash = mixed(records[start]!, records[start + 1]!);
    for (let at = 0; at < cells.length; at++) hash = mixed(hash, records[start + 2 + at]!);
    const mask = slots.length - 1;
    let slot = spread(hash) & mask;
    while (slots[slot] !== 0) slot = (slot + 1) & mask;
    slots[slot] = start;
  }

  private shapeOf(cells: readonly number[]): Shape {
    const key = cells.join(" ");
    const known = this.shapesByCells.get(key);
    if (known !== undefined) return known;
    const shape = { number: this.shapes.length, cells };
    this.shapes.push(shape);
    this.shapesByCells.set(key, shape);
    return shape;
  }
}
