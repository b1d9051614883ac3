/**
 * A function of the world, as far as it is known: for each situation that it has been asked about, its answer. A situation is
 * what the function has looked at, and no more: which cells, and the numbers of their values. A function that finds the same in
 * all these cells looks at the same cells again and answers the same, whatever else there is.
 */
import type { State } from "./state.ts";

/** Situations in which the same cells were looked at. */
class Shape<L> {
  private readonly answers: L[] = [];
  /** The numbers of each situation's values, one situation after the other. */
  private rows: Int32Array;
  /** A hash table: the number of a situation, from 1. */
  private slots = new Int32Array(8);

  constructor(readonly cells: readonly number[]) {
    this.rows = new Int32Array(4 * cells.length);
  }

  find(state: State, numbers: Int32Array): L | undefined {
    const { cells, slots } = this;
    let hash = 0;
    for (let at = 0; at < cells.length; at++) {
      const number = numbers[cells[at]!]!;
      hash = mixed(hash, number >= 0 ? number : state.numberOf(cells[at]!));
    }
    const mask = slots.length - 1;
    for (let slot = spread(hash) & mask; slots[slot] !== 0; slot = (slot + 1) & mask)
      if (this.isRow(slots[slot]! - 1, numbers)) return this.answers[slots[slot]! - 1];
    return undefined;
  }

  /** Takes note of a situation that is not known yet. */
  learn(numbers: Int32Array, answer: L): void {
    const { cells } = this;
    const start = this.answers.length * cells.length;
    if (start + cells.length > this.rows.length) {
      const longer = new Int32Array(this.rows.length * 2);
      longer.set(this.rows);
      this.rows = longer;
    }
    for (let at = 0; at < cells.length; at++) this.rows[start + at] = numbers[cells[at]!]!;
    this.answers.push(answer);
    if (this.answers.length * 2 > this.slots.length) this.slots = new Int32Array(this.slots.length * 4);
    else return this.place(this.answers.length);
    for (let situation = 1; situation <= this.answers.length; situation++) this.place(situation);
  }

  private place(situation: number): void {
    const { rows, slots, cells } = this;
    const end = situation * cells.length;
    let hash = 0;
    for (let at = end - cells.length; at < end; at++) hash = mixed(hash, rows[at]!);
    const mask = slots.length - 1;
    let slot = spread(hash) & mask;
    while (slots[slot] !== 0) slot = (slot + 1) & mask;
    slots[slot] = situation;
  }

  private isRow(situation: number, numbers: Int32Array): boolean {
    const { rows, cells } = this;
    const start = situation * cells.length;
    for (let at = 0; at < cells.length; at++) if (rows[start + at] !== numbers[cells[at]!]) return false;
    return true;
  }
}

const mixed = (hash: number, number: number): number => Math.imul(hash ^ number, 0x9e3779b1) ^ (hash >>> 15);
const spread = (hash: number): number => hash ^ (hash >>> 16);

/** A function that looks at ever other cells is not worth the search. */
const mostShapes = 64;

/** Answers to questions about one cell stand by the numbers of its values, where these are small: a list of holes is slow. */
const smallNumber = 32;

export class Situations<L> {
  private readonly shapes: Shape<L>[] = [];
  /** The only cell that some answers depend on, below 0 where there is none; and they, by the number of its value. */
  private only = -1;
  private readonly byNumber: (L | undefined)[] = [];

  /** Undefined where it has never been asked in this situation. */
  find(state: State): L | undefined {
    const { numbers } = state;
    const { only, shapes } = this;
    if (only >= 0) {
      const number = numbers[only]!;
      const answer = this.byNumber[number >= 0 ? number : state.numberOf(only)];
      if (answer !== undefined) return answer;
    }
    for (let at = 0; at < shapes.length; at++) {
      const answer = shapes[at]!.find(state, numbers);
      if (answer !== undefined) return answer;
    }
    return undefined;
  }

  /** `cells`: what it has looked at for its answer. The same list, once for all such situations; null where it is not kept. */
  learn(cells: readonly number[], { numbers }: State, answer: L): readonly number[] | null {
    const known = this.shapes.find((one) => isSameList(one.cells, cells));
    if (known === undefined && this.shapes.length === mostShapes) return null;
    const shape = known ?? new Shape<L>(cells);
    if (known === undefined) this.shapes.push(shape);
    if (cells.length !== 1 || !this.place(cells[0]!, numbers[cells[0]!]!, answer))
      shape.learn(numbers, answer);
    return shape.cells;
  }

  /** False where it has no place. */
  private place(cell: number, number: number, answer: L): boolean {
    const { byNumber } = this;
    if ((this.only >= 0 && this.only !== cell) || number >= smallNumber) return false;
    this.only = cell;
    while (byNumber.length <= number) byNumber.push(undefined);
    byNumber[number] = answer;
    return true;
  }
}

const isSameList = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((one, at) => one === b[at]);
