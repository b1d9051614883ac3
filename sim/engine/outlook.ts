/** What a process can do next in a state, with all that may make a difference to whether it can be done at once. */
import { budgetCell, type Cells, rosterCell } from "../kernel/index.ts";
import { writtenBy } from "./effect.ts";
import { type Held, heldBy, type LockBits } from "./held.ts";
import { Memo, type Recorder } from "./memo.ts";
import type { Edge, Moves, Note, Product } from "./product.ts";
import { type Side, type Sides, sidesOf } from "./sides.ts";

export interface Outlook {
  readonly process: number;
  readonly moves: Moves;
  readonly sides: readonly Side[];
  /** The columns that decided all this. */
  readonly reads: readonly number[];
  readonly vector: Int32Array;
  /** The locks that it holds; null where it makes no difference. */
  readonly held: Held | null;
  /** For each edge, these and those that it takes. */
  readonly heldAfter: readonly (Held | null)[];
  /** Whether a fault may still strike. */
  readonly isInDanger: boolean;
  /** Whether it can be done at once; null where nobody has asked. */
  isMover: boolean | null;
}

/** What decides whether it is worth a look which locks a process holds. */
export type IsGuarded = (column: number) => boolean;

const together = (before: Held, after: Held): Held => ({
  inAnyMode: before.inAnyMode | after.inAnyMode,
  exclusive: before.exclusive | after.exclusive,
  alone: before.alone,
});

export class Outlooks {
  private memos: Memo<Outlook>[] = [];

  constructor(
    private readonly product: Product,
    private readonly sides: Sides,
    private readonly locks: LockBits,
    private readonly hasFaults: boolean,
    private readonly isGuarded: IsGuarded,
    private readonly learnt: (outlook: Outlook) => void,
  ) {}

  at(process: number, vector: Int32Array): Outlook {
    return (this.memos[process] ?? this.memoFor(process)).at(vector);
  }

  /** Everything is to be looked at again. */
  forget(): void {
    this.memos = [];
  }

  private memoFor(process: number): Memo<Outlook> {
    const { product } = this;
    const memo = new Memo<Outlook>(
      product.blocks,
      product.blocks.blockNamed(product.nameOf(process)),
      (_, reads, recorder) => this.look(process, reads, recorder),
      (_, outlook) => this.learnt(outlook),
    );
    this.memos[process] = memo;
    return memo;
  }

  private look(process: number, reads: readonly number[], recorder: Recorder): Outlook {
    const { product, locks } = this;
    const { vector } = recorder;
    const moves = product.callsOf(process, vector);
    for (const column of moves.reads) recorder.column(column);
    const notes = moves.edges.map(({ note }): Note | null => (note === null ? null : note.at(vector)));
    for (const note of notes) for (const column of note?.reads ?? []) recorder.column(column);
    recorder.get(rosterCell);
    const isInDanger = this.hasFaults && recorder.get(budgetCell) !== null;
    const sides = sidesOf(moves, notes);
    const name = product.nameOf(process);
    const isGuarded = sides.some((side) => this.sides.accessOf(side, vector).columns.some(this.isGuarded));
    const held = isGuarded ? heldBy(recorder, name, locks) : null;
    const heldAfter = moves.edges.map((edge) =>
      held === null ? null : together(held, heldBy(this.after(edge, recorder), name, locks)),
    );
    return {
      ...{ process, moves, sides, reads, held, heldAfter, isInDanger, isMover: null },
      vector: vector.slice(0, product.blocks.count),
    };
  }

  /** The world after an edge; what is read of it is noted as read of the world before. */
  private after({ effects }: Edge, recorder: Recorder): Cells {
    const { blocks } = this.product;
    const written = new Map(writtenBy(effects));
    return {
      get: (cell) => {
        const before = recorder.get(cell);
        const column = blocks.columnOf(cell.name);
        const value = written.get(column);
        return value === undefined ? before : (blocks.columns.valueOf(column, value) as typeof before);
      },
      set: (cell, value) => recorder.set(cell, value),
    };
  }
}
