/**
 * A step has two sides: the call, and what the observers make of it. Each reads and changes columns; what it is to the kernel, or
 * to the observers, is its kind.
 */
import { contextCell } from "../kernel/index.ts";
import { type Effect, writtenBy } from "./effect.ts";
import type { Edge, Moves, Note, Product } from "./product.ts";

export type Side =
  | { readonly of: "call"; readonly moves: Moves }
  | { readonly of: "note"; readonly edge: Edge; readonly note: Note };

export interface Access {
  readonly reads: readonly number[];
  readonly writes: readonly number[];
  /** Both together. */
  readonly columns: readonly number[];
}

export const sidesOf = (moves: Moves, notes: readonly (Note | null)[]): Side[] => [
  { of: "call", moves },
  ...moves.edges.flatMap((edge, at): Side[] => {
    const note = notes[at] ?? null;
    return note === null ? [] : [{ of: "note", edge, note }];
  }),
];

export const readsOf = (side: Side): readonly number[] =>
  side.of === "call" ? side.moves.reads : side.note.reads;

/** What is known of sides, worked out once for each; the vector is one in which it was learnt. */
export class Sides {
  private readonly accesses: Access[] = [];
  private readonly kinds: number[] = [];
  private readonly kindNumbers = new Map<string, number>();

  constructor(private readonly product: Product) {}

  accessOf(side: Side, vector: Int32Array): Access {
    const { id } = side.of === "call" ? side.moves : side.note;
    const known = this.accesses[id];
    if (known !== undefined) return known;
    const reads = readsOf(side);
    const effects = side.of === "call" ? side.moves.edges.flatMap((edge) => edge.effects) : side.note.effects;
    const writes = this.changedBy(effects, new Set(reads), vector);
    const access = { reads, writes, columns: [...new Set([...reads, ...writes])] };
    this.accesses[id] = access;
    return access;
  }

  /**
   * Equal for sides that the kernel, or the observers, cannot tell apart: the same calls where the same is found. What the
   * machine has in its context beyond what it calls with concerns the machine alone; whoever waits has looked there for nothing else.
   */
  kindOf(side: Side, vector: Int32Array): number {
    const { id } = side.of === "call" ? side.moves : side.note;
    const known = this.kinds[id];
    if (known !== undefined) return known;
    const { blocks } = this.product;
    const seen = readsOf(side)
      .filter((column) => this.tells(side, column))
      .map((column) => `${column}:${blocks.numberAt(vector, column)}`);
    const told = side.of === "call" ? side.moves.edges.map((edge) => edge.told).join(" ") : side.edge.told;
    const key = `${side.of} ${seen.join(" ")} > ${this.accessOf(side, vector).writes} ${told}`;
    const number = this.kindNumbers.get(key) ?? this.kindNumbers.size;
    this.kindNumbers.set(key, number);
    this.kinds[id] = number;
    return number;
  }

  /** Whether all sides of a kind find the same value in a column. */
  tells(side: Side, column: number): boolean {
    if (!readsOf(side).includes(column)) return false;
    if (side.of === "note" || side.moves.edges.length === 0) return true;
    const { blocks } = this.product;
    return blocks.columns.nameOf(column) !== contextCell(this.product.nameOf(side.moves.process)).name;
  }

  /** Columns that are changed: to write what is known to be there already is to change nothing. */
  private changedBy(effects: readonly Effect[], reads: ReadonlySet<number>, vector: Int32Array): number[] {
    const { blocks } = this.product;
    const changed = new Set<number>();
    for (const [column, value] of writtenBy(effects))
      if (!reads.has(column) || blocks.numberAt(vector, column) !== value) changed.add(column);
    return [...changed];
  }
}
