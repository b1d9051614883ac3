/**
 * Memoised functions of the world. What a function returned is kept in a decision tree over exactly the columns that it
 * read, in the order in which it read them; so a memo key includes all that was read, by construction, whatever the
 * kernel code or a user's lock machine looks at.
 */
import type { Cell, Cells } from "../kernel/index.ts";
import type { Columns } from "./columns.ts";

interface Node<L> {
  /** The column that decides where to go on, or -1 for a leaf. */
  readonly column: number;
  readonly next: (Node<L> | undefined)[];
  readonly leaf: L | undefined;
}

/** Cells backed by a vector of value numbers, which note what is read. */
class Recorder implements Cells {
  readonly reads: number[] = [];
  private readonly seen = new Set<number>();

  constructor(
    private readonly columns: Columns,
    private readonly vector: Int32Array,
  ) {}

  get<T>(cell: Cell<T>): T | null {
    const column = this.columns.numberOf(cell.name);
    if (!this.seen.has(column)) {
      this.seen.add(column);
      this.reads.push(column);
    }
    // A column that has only just been named is 0, nothing, in every vector so far.
    return this.columns.valueOf(column, this.vector[column] ?? 0) as T | null;
  }

  set<T>(_: Cell<T>, __: T | null): void {
    throw new Error("internal: a memoised function writes to an overlay, never to the world");
  }
}

export class Memo<L> {
  private root: Node<L> | undefined;
  /** How often the function itself had to run. */
  misses = 0;

  constructor(
    private readonly columns: Columns,
    private readonly compute: (cells: Cells) => L,
  ) {}

  /** The function's value on a vector of value numbers. */
  at(vector: Int32Array): L {
    let node = this.root;
    while (node !== undefined && node.column >= 0) node = node.next[vector[node.column] as number];
    return node === undefined ? this.learn(vector) : (node.leaf as L);
  }

  private learn(vector: Int32Array): L {
    this.misses++;
    const recorder = new Recorder(this.columns, vector);
    const leaf = this.compute(recorder);
    const { reads } = recorder;
    const end: Node<L> = { column: -1, next: [], leaf };
    if (reads.length === 0) {
      this.root = end;
      return leaf;
    }
    this.root ??= { column: reads[0] as number, next: [], leaf: undefined };
    let node = this.root;
    for (const [at, column] of reads.entries()) {
      if (node.column !== column) throw new Error("internal: a memoised function is not deterministic");
      const number = vector[column] ?? 0;
      const isLast = at === reads.length - 1;
      const next: Node<L> =
        node.next[number] ?? (isLast ? end : { column: reads[at + 1] as number, next: [], leaf: undefined });
      node.next[number] = next;
      node = next;
    }
    return leaf;
  }
}
