/**
 * Memoised functions of the world. What a function returned is kept in a decision tree over exactly the columns that it
 * read, in the order in which it read them; so a memo key includes all that was read, by construction, whatever the
 * kernel code or a user's lock machine looks at. Columns of the function's home block, of which it reads most, are decided
 * by the block's number at once.
 */
import type { Cell, Cells } from "../kernel/index.ts";
import type { Blocks, Lookup } from "./blocks.ts";

interface Decision {
  /** The block that decides where to go on, or -1 for a leaf. */
  readonly block: number;
  /** The column's value in it decides; null where the block's number itself does. */
  readonly lookup: Lookup | null;
}

interface Node<L> extends Decision {
  readonly next: (Node<L> | undefined)[];
  readonly leaf: L | undefined;
}

/** Cells backed by a vector of block numbers, which note what is read. */
export class Recorder implements Cells {
  readonly reads: number[] = [];
  private readonly seen = new Set<number>();

  constructor(
    private readonly blocks: Blocks,
    readonly vector: Int32Array,
  ) {}

  get<T>(cell: Cell<T>): T | null {
    this.read(this.blocks.columnOf(cell.name));
    return this.blocks.valueIn(this.vector, cell);
  }

  /** The value number of a column. */
  column(column: number): number {
    this.read(column);
    return this.blocks.numberAt(this.vector, column);
  }

  set<T>(_: Cell<T>, __: T | null): void {
    throw new Error("internal: a memoised function writes to an overlay, never to the world");
  }

  private read(column: number): void {
    if (this.seen.has(column)) return;
    this.seen.add(column);
    this.blocks.noteRead(column);
    this.reads.push(column);
  }
}

export class Memo<L> {
  private root: Node<L> | undefined;
  /** How often the function itself had to run. */
  misses = 0;

  /** `compute` is also given the columns that it will have read when it is done; `learnt` is told of what is new. */
  constructor(
    private readonly blocks: Blocks,
    private readonly home: number,
    private readonly compute: (cells: Cells, reads: readonly number[], recorder: Recorder) => L,
    private readonly learnt: (vector: Int32Array, leaf: L) => void = () => {},
  ) {}

  /** The function's value on a vector of block numbers. */
  at(vector: Int32Array): L {
    const known = this.known(vector);
    if (known !== undefined) return known;
    const leaf = this.learn(vector);
    this.learnt(vector, leaf);
    return leaf;
  }

  /** The same where it was worked out before. */
  known(vector: Int32Array): L | undefined {
    let node = this.root;
    while (node !== undefined && node.block >= 0) {
      const number = vector[node.block] ?? 0;
      node = node.next[node.lookup === null ? number : node.lookup.values[number]!];
    }
    return node?.leaf;
  }

  private learn(vector: Int32Array): L {
    this.misses++;
    const recorder = new Recorder(this.blocks, vector);
    const leaf = this.compute(recorder, recorder.reads, recorder);
    const end: Node<L> = { block: -1, lookup: null, next: [], leaf };
    const path = this.decisionsOn(recorder.reads);
    if (path.length === 0) {
      this.root = end;
      return leaf;
    }
    const branch = (at: number): Node<L> => {
      const { block, lookup } = path[at]!;
      return { block, lookup, next: [], leaf: undefined };
    };
    this.root ??= branch(0);
    let node = this.root;
    for (const [at, { block, lookup }] of path.entries()) {
      if (node.block !== block || node.lookup !== lookup)
        throw new Error("internal: a memoised function is not deterministic");
      const number = vector[block] ?? 0;
      const key = lookup === null ? number : lookup.values[number]!;
      const next: Node<L> = node.next[key] ?? (at === path.length - 1 ? end : branch(at + 1));
      node.next[key] = next;
      node = next;
    }
    return leaf;
  }

  private decisionsOn(reads: readonly number[]): Decision[] {
    const { blocks, home } = this;
    const decisions: Decision[] = [];
    let decided = false;
    for (const column of reads) {
      const block = blocks.blockOf(column);
      if (block !== home) decisions.push({ block, lookup: blocks.lookupOf(column) });
      else if (!decided) {
        decided = true;
        decisions.push({ block, lookup: null });
      }
    }
    return decisions;
  }
}
