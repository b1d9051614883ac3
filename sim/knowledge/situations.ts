/**
 * Functions of the world, as far as they are known: for each situation that one has been asked about, its answer. A situation is
 * what the function has looked at, and no more: which cells, and the numbers of their values. A function that finds the same in
 * all these cells looks at the same cells again and answers the same, whatever else there is.
 *
 * What it looks at first is the same every time; what it looks at next hangs on what it has found there. So a function is a tree: a
 * node is a block of cells that are looked at whatever is found, and what was found in them leads to an answer or to another node.
 *
 * All of it is integers, and each step in such a tree stands in one place of a hash table, so that little memory has to be
 * fetched: memory that is in no cache is what takes longest here.
 */
import type { Numbering } from "./numbering.ts";
import { type State, widened } from "./state.ts";

/** A function of the world, by its number. */
export type Asked = number & { readonly asked: unique symbol };

/** Node and block stand before the numbers of the cells' values. */
const header = 2;
/** Of a block stand in its list: where its cells stand, how many they are, in which table its records are. */
const perBlock = 3;
/** An answer's place is the place in a table, and the number of that: tables have up to 2 ** 26 integers, which `knowledgeLimit` sees to. */
const tableBits = 5;

const mixed = (hash: number, number: number): number => Math.imul(hash ^ number, 0x9e3779b1) ^ (hash >>> 15);
const spread = (hash: number): number => hash ^ (hash >>> 16);

export class Situations {
  /** Hash tables. The records of the one with number n are 2 ** n integers long; a node's number plus 1, 0 where there is none. */
  private readonly tables = Array.from({ length: 1 << tableBits }, () => new Int32Array(0));
  /** How many records each has. */
  private readonly counts: number[] = this.tables.map(() => 0);
  private blocks = new Int32Array(1 << 10);
  private blockCount = 0;
  /** Of all blocks, one after the other: the cells that are looked at one after the other, whatever is found there. */
  private cells = new Int32Array(1 << 10);
  private cellCount = 0;
  private readonly blocksByText = new Map<string, number>();
  /** By node: its block, plus 1; 0 where nothing is known of it. */
  private nodes = new Int32Array(1 << 10);
  private nodeCount = 0;
  /** The blocks of the situation that was found last. */
  private readonly path: number[] = [];
  private depth = 0;

  constructor(private readonly numbering: Numbering) {}

  /** A function of which nothing is known. */
  add(): Asked {
    return this.addNode() as Asked;
  }

  /** Where the answer stands; below 0 where the function has never been asked in this situation. */
  find(asked: Asked, state: State): number {
    this.depth = 0;
    for (let node: number = asked; ; ) {
      const block = this.nodes[node]! - 1;
      if (block < 0) return -1;
      const place = this.findIn(node, block, state);
      if (place < 0) return -1;
      this.path[this.depth++] = block;
      if (!this.goesOn(place, block)) return place;
      node = this.at(place);
    }
  }

  /** What stands there: the first number of an answer, or a later one. */
  at(place: number, nth = 0): number {
    return this.tables[place & ((1 << tableBits) - 1)]![(place >>> tableBits) + nth]!;
  }

  /** Does something for each cell of the situation that was found last. */
  forEachCell(work: (cell: number) => void): void {
    for (let nth = 0; nth < this.depth; nth++) {
      const block = this.path[nth]!;
      const from = this.blocks[perBlock * block]!;
      const to = from + this.blocks[perBlock * block + 1]!;
      for (let at = from; at < to; at++) work(this.cells[at]!);
    }
  }

  /**
   * Remembers an answer. `looks`: the cells that the function has looked at for it. False where it is not remembered, as when the
   * function begins with another cell than before, which none does that looks at cells only.
   */
  learn(asked: Asked, looks: readonly number[], state: State, answer: readonly number[]): boolean {
    for (let node: number = asked, from = 0; ; ) {
      const block = this.blockAt(node, looks.slice(from), answer.length);
      if (block < 0) return false;
      from += this.widthOf(block);
      if (from === looks.length) {
        this.enter(node, block, state, answer, false);
        return true;
      }
      const place = this.findIn(node, block, state);
      if (place >= 0 && !this.goesOn(place, block)) return false;
      const next = place >= 0 ? this.at(place) : this.addNode();
      if (place < 0) this.enter(node, block, state, [next], true);
      node = next;
    }
  }

  private widthOf(block: number): number {
    return this.blocks[perBlock * block + 1]!;
  }

  /** Whether more is looked at where a record's answer stands. */
  private goesOn(place: number, block: number): boolean {
    return (this.at(place, -1 - this.widthOf(block)) & 1) === 1;
  }

  /** A node's block, cut down to the cells that are looked at here as well; below 0 where there are none. */
  private blockAt(node: number, looks: readonly number[], answers: number): number {
    const block = this.nodes[node]! - 1;
    let common = 0;
    if (block < 0) common = looks.length;
    else {
      const from = this.blocks[perBlock * block]!;
      const width = this.widthOf(block);
      while (common < width && looks[common] === this.cells[from + common]) common++;
      if (common === width) return block;
      if (common === 0) return -1;
    }
    const known = this.blockOf(looks.slice(0, common), answers);
    this.nodes[node] = known + 1;
    return known;
  }

  private findIn(node: number, block: number, state: State): number {
    const { blocks, cells } = this;
    const from = blocks[perBlock * block]!;
    const count = blocks[perBlock * block + 1]!;
    const bits = blocks[perBlock * block + 2]!;
    const { numbers } = state;
    let hash = mixed(node, block);
    for (let at = from; at < from + count; at++) {
      const cell = cells[at]!;
      const value = numbers[cell]!;
      hash = mixed(hash, value >= 0 ? value : state.numberOf(cell));
    }
    const table = this.tables[bits]!;
    const mask = table.length - 1;
    let at = (spread(hash) << bits) & mask;
    for (let one = table[at]!; one !== 0; one = table[at]!) {
      if (one === node + 1 && table[at + 1]! >> 1 === block) {
        let nth = 0;
        while (nth < count && table[at + header + nth] === numbers[cells[from + nth]!]) nth++;
        if (nth === count) return ((at + header + count) << tableBits) + bits;
      }
      at = (at + (1 << bits)) & mask;
    }
    return -1;
  }

  private enter(
    node: number,
    block: number,
    { numbers }: State,
    answer: readonly number[],
    goesOn: boolean,
  ): void {
    const from = this.blocks[perBlock * block]!;
    const width = this.widthOf(block);
    const bits = this.blocks[perBlock * block + 2]!;
    const cells = this.cells.subarray(from, from + width);
    this.makeRoom(bits);
    const table = this.tables[bits]!;
    const at = this.vacancy(
      table,
      bits,
      cells.reduce((hash, cell) => mixed(hash, numbers[cell]!), mixed(node, block)),
    );
    table[at] = node + 1;
    table[at + 1] = 2 * block + (goesOn ? 1 : 0);
    for (let nth = 0; nth < width; nth++) table[at + header + nth] = numbers[cells[nth]!]!;
    table.set(answer, at + header + width);
  }

  /** Where the next record with this hash goes. */
  private vacancy(table: Int32Array, bits: number, hash: number): number {
    const mask = table.length - 1;
    let at = (spread(hash) << bits) & mask;
    while (table[at] !== 0) at = (at + (1 << bits)) & mask;
    return at;
  }

  /** Half of a table's places stay empty. */
  private makeRoom(bits: number): void {
    const before = this.tables[bits]!;
    if ((2 * ++this.counts[bits]!) << bits <= before.length) return;
    const table = this.makeTable(bits, 2 * before.length);
    for (let at = 0; at < before.length; at += 1 << bits) {
      if (before[at] === 0) continue;
      const block = before[at + 1]! >> 1;
      // A node whose block was cut since does not look at so much any more.
      if (this.nodes[before[at]! - 1] !== block + 1) {
        this.counts[bits]!--;
        continue;
      }
      let hash = mixed(before[at]! - 1, block);
      const end = at + header + this.widthOf(block);
      for (let value = at + header; value < end; value++) hash = mixed(hash, before[value]!);
      table.set(before.subarray(at, at + (1 << bits)), this.vacancy(table, bits, hash));
    }
  }

  private makeTable(bits: number, length: number): Int32Array {
    // Large blocks of memory begin 16 bytes behind a cache line: so a record begins with one, and is fetched at once.
    const table = new Int32Array(new ArrayBuffer(4 * length + 64), 48, length);
    this.numbering.weight += 4 * (length - this.tables[bits]!.length);
    this.tables[bits] = table;
    return table;
  }

  private addNode(): number {
    if (this.nodeCount === this.nodes.length) this.nodes = widened(this.nodes, 2 * this.nodeCount);
    return this.nodeCount++;
  }

  private blockOf(cells: readonly number[], answers: number): number {
    const text = `${answers} ${cells.join(" ")}`;
    const known = this.blocksByText.get(text);
    if (known !== undefined) return known;
    const block = this.blockCount++;
    if (perBlock * this.blockCount > this.blocks.length)
      this.blocks = widened(this.blocks, 2 * this.blocks.length);
    const [start, end] = [this.cellCount, this.cellCount + cells.length];
    if (end > this.cells.length) this.cells = widened(this.cells, 2 * end);
    this.cells.set(cells, start);
    this.cellCount = end;
    const bits = Math.ceil(Math.log2(header + cells.length + answers));
    this.blocks.set([start, cells.length, bits], perBlock * block);
    if (this.tables[bits]!.length === 0) this.makeTable(bits, 16 << bits);
    this.blocksByText.set(text, block);
    return block;
  }
}
