/**
 * Steps that touch the same columns and commute all the same: two readers take or leave a shared lock, two writers raise a
 * signal that is pending already. Found by trying: each is imagined after the other one, and both orders must give the same
 * events and the same values.
 */
import { contextCell } from "../kernel/cells.ts";
import type { Blocks } from "./blocks.ts";
import type { Edge, Moves, Product } from "./product.ts";

/** The values that some columns have in a state. */
type Values = ReadonlyMap<number, number>;

export class Commutation {
  private readonly known = new Map<string, boolean>();
  private readonly kinds = new Map<Moves, number>();
  private readonly kindNumbers = new Map<string, number>();

  constructor(
    private readonly product: Product,
    private readonly blocks: Blocks,
  ) {}

  /** Whether every step of the one commutes with every step of the other one, wherever the latter can be taken. */
  holds(here: Moves, there: Moves, columns: () => readonly number[]): boolean {
    const key = `${this.kindOf(here)} ${this.kindOf(there)}`;
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const found = this.try(here, there, columns());
    this.known.set(key, found);
    return found;
  }

  /**
   * Moves that the kernel cannot tell apart: the same calls in the same situation. What the machine has in its context
   * beyond that concerns the machine alone.
   */
  private kindOf(moves: Moves): number {
    const known = this.kinds.get(moves);
    if (known !== undefined) return known;
    const { blocks } = this;
    const context = contextCell(this.product.nameOf(moves.process)).name;
    const seen = moves.reads
      .filter((column) => blocks.columns.nameOf(column) !== context)
      .map((column) => `${column}:${blocks.numberIn(column, moves.vector[blocks.blockOf(column)] ?? 0)}`);
    const key = [moves.kind, ...seen, ...moves.edges.map(({ told }) => told)].join(" ");
    const number = this.kindNumbers.get(key) ?? this.kindNumbers.size;
    this.kindNumbers.set(key, number);
    this.kinds.set(moves, number);
    return number;
  }

  private try(here: Moves, there: Moves, columns: readonly number[]): boolean {
    // What is written without being read could have been anything before.
    const isRead = columns.every((column) => there.reads.includes(column) && here.reads.includes(column));
    if (!isRead) return false;
    const before = this.valuesIn(there.vector, columns);
    const first = this.with(here, before, here.reads);
    if (first === null || first.edges.length !== here.edges.length) return false;
    return (
      there.edges.every((theirs) =>
        first.edges.every((ours) => {
          const afterUs = this.with(there, this.written(ours, before), there.reads);
          const afterThem = this.with(here, this.written(theirs, before), here.reads);
          const theirsThen = afterUs === null ? null : this.same(theirs, afterUs, there, columns);
          const oursThen = afterThem === null ? null : this.same(ours, afterThem, here, columns);
          if (theirsThen === null || oursThen === null) return false;
          const oneWay = this.written(theirsThen, this.written(ours, before));
          const otherWay = this.written(oursThen, this.written(theirs, before));
          return columns.every((column) => oneWay.get(column) === otherWay.get(column));
        }),
      ) && here.edges.every((edge) => this.same(edge, first, here, columns) !== null)
    );
  }

  /** The moves with other values in some columns; null where they hang on more than before, or make no sense. */
  private with(moves: Moves, values: Values, reads: readonly number[]): Moves | null {
    const vector = new Int32Array(this.blocks.count);
    vector.set(moves.vector);
    for (const [column, value] of values) {
      const block = this.blocks.blockOf(column);
      vector[block] = this.blocks.written(block, vector[block]!, [column, value]);
    }
    try {
      const imagined = this.product.imagine(moves, vector);
      return imagined.reads.every((column) => reads.includes(column)) ? imagined : null;
    } catch {
      return null; // no such state can come up
    }
  }

  /**
   * The edge that tells of the same, and writes the same to all other columns; null where there is none, or where there
   * are other edges beside it than before: a step that makes more possible has been no idle one.
   */
  private same(edge: Edge, { edges }: Moves, before: Moves, columns: readonly number[]): Edge | null {
    if (edges.length !== before.edges.length) return null;
    const wanted = this.show(edge, columns);
    return edges.find((other) => this.show(other, columns) === wanted) ?? null;
  }

  private show({ told, effects }: Edge, columns: readonly number[]): string {
    const pairs = effects.flatMap((effect) => {
      const all: string[] = [];
      for (let at = 0; at < effect.pairs.length; at += 2)
        if (!columns.includes(effect.pairs[at]!)) all.push(`${effect.pairs[at]}:${effect.pairs[at + 1]}`);
      return all;
    });
    return `${told} ${pairs.sort().join(" ")}`;
  }

  private valuesIn(vector: Int32Array, columns: readonly number[]): Values {
    return new Map(
      columns.map((column) => [
        column,
        this.blocks.numberIn(column, vector[this.blocks.blockOf(column)] ?? 0),
      ]),
    );
  }

  private written({ effects }: Edge, values: Values): Values {
    const after = new Map(values);
    for (const { pairs } of effects)
      for (let at = 0; at < pairs.length; at += 2)
        if (after.has(pairs[at]!)) after.set(pairs[at]!, pairs[at + 1]!);
    return after;
  }
}
