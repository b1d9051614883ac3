/**
 * Expands states: the inner loop of a sweep, on integers alone, in any thread. It knows nothing of kernels and machines;
 * where something has not been learnt, the state is put aside for the thread that can.
 */
import { Canon } from "./canon.ts";
import { longestChain, moverAfter } from "./code.ts";
import { packInto, unpackFrom } from "./layout.ts";
import { valueAt } from "./pairs.ts";
import { type Harvest, type Round, type Tables, tally } from "./tables.ts";
import { hashRow, insert, slotFor, takeFingerprint } from "./visited.ts";

/** States are taken from a round in blocks of so many. */
export const block = 64;

/** So many successors are looked up together, so that the memory they hit is fetched together. */
const batch = 256;

export class Expander {
  private readonly numbers: Int32Array;
  private readonly next: Int32Array;
  private readonly offsets: Int32Array;
  private readonly canon: Canon | null;
  private readonly pending: Int32Array;
  /** The numbers of the parts of each state of a block, and where their situations are looked for first. */
  private readonly unpacked: Int32Array;
  private readonly places: Int32Array;
  /** What is looked up of those that wait: the rows, or their fingerprints. */
  private readonly keys: Int32Array;
  private readonly keyWords: number;
  private readonly slots = new Int32Array(batch);
  private waiting = 0;
  /** What the slots held that were read ahead: said aloud, so that reading them is not left out. */
  touched = 0;
  private found = 0;
  private transitions = 0;
  /** Edges that were taken at once behind those of the state at hand. */
  private goneOn = 0;

  constructor(
    private readonly tables: Tables,
    private readonly harvest: Harvest,
    /** Whether no other thread expands states meanwhile. */
    private readonly isAlone: boolean,
  ) {
    const parts = tables.roots.length;
    this.numbers = new Int32Array(parts);
    this.next = new Int32Array(parts);
    this.offsets = new Int32Array(parts);
    this.unpacked = new Int32Array(parts * block);
    this.places = new Int32Array(parts * block);
    this.pending = new Int32Array(batch * tables.layout.words);
    this.keyWords = tables.isCompact ? 2 : tables.layout.words;
    this.keys = tables.isCompact ? new Int32Array(batch * 2) : this.pending;
    this.canon = tables.likes === null ? null : new Canon(tables.likes, parts);
  }

  /** Takes blocks of rows as long as there are any, and room for what they lead to. */
  run({ rows, count, cursor, room: most }: Round): void {
    const { harvest, tables } = this;
    const places = Math.floor(harvest.found.length / tables.layout.words);
    const room = Math.min(places, most) - block * tables.mostEdges;
    if (room < 0)
      throw new RangeError(
        `a state has ${tables.mostEdges} steps, more than a sweep can take: check it with fewer clients or faults`,
      );
    let [unknown, quiescent] = [0, 0];
    while (this.found <= room) {
      const from = Atomics.add(cursor, 0, block);
      if (from >= count) break;
      const to = Math.min(count, from + block);
      this.prepare(rows, from, to);
      for (let row = from; row < to; row++) {
        const calls = this.expand(rows, row * tables.layout.words, row - from);
        if (calls < 0) harvest.unknown[unknown++] = row;
        else if (calls === 0) harvest.quiescent[quiescent++] = row;
      }
      this.flush();
    }
    harvest.counts[tally.found] = this.found;
    harvest.counts[tally.unknown] = unknown;
    harvest.counts[tally.quiescent] = quiescent;
    harvest.counts[tally.transitions] = this.transitions;
  }

  /** Unpacks a block, and reads ahead where its situations stand, so that the memory is fetched side by side. */
  private prepare(rows: Int32Array, from: number, to: number): void {
    const { unpacked, places } = this;
    const { code, layout, roots } = this.tables;
    const { words, word, shift, mask } = layout;
    const parts = roots.length;
    for (let row = from, base = 0; row < to; row++, base += parts) {
      for (let part = 0; part < parts; part++)
        unpacked[base + part] = (rows[row * words + word[part]!]! >>> shift[part]!) & mask[part]!;
      for (let part = 1; part < parts; part++) {
        const number = unpacked[base + part]!;
        places[base + part] = number < roots[part]!.length ? roots[part]![number]! : 0;
      }
    }
    let touched = 0;
    for (let at = (to - from) * parts - 1; at >= 0; at--) touched ^= code[places[at]!]!;
    this.touched = touched;
  }

  /** Follows all edges out of a state of the block. Returns how many of them are calls, or -1 where something is not known. */
  private expand(rows: Int32Array, at: number, nth: number): number {
    const { numbers, offsets, unpacked, places } = this;
    const { code } = this.tables;
    const base = nth * numbers.length;
    for (let part = 0; part < numbers.length; part++) numbers[part] = unpacked[base + part]!;
    let calls = 0;
    for (let part = 1; part < numbers.length; part++) {
      let offset = places[base + part]!;
      while (offset > 0 && code[offset]! < 0) offset = this.decide(offset, numbers);
      if (offset === 0) return -1;
      offsets[part] = offset;
      calls += code[offset]!;
    }
    let edges = 0;
    this.goneOn = 0;
    for (let part = 1; part < numbers.length; part++) {
      const offset = offsets[part]!;
      const count = code[offset + 1]!;
      if (count > 0 && !this.follow(part, offset + 2, count, rows, at)) return -1;
      edges += count;
    }
    this.transitions += edges + this.goneOn;
    return calls;
  }

  /** Where a decision leads, or 0. */
  private decide(offset: number, numbers: Int32Array): number {
    const { branches, code, lookups, lookupStarts } = this.tables;
    const value = lookups[lookupStarts[code[offset + 1]!]! + numbers[-1 - code[offset]!]!]! - 1;
    const places = code[offset + 2]!;
    if (value < 0) return 0;
    if (places === 0) return Math.max(0, valueAt(branches, offset, value));
    return value < places ? code[offset + 3 + value]! : 0;
  }

  /** Follows the edges of one part. False where something is not known yet. */
  private follow(part: number, offset: number, count: number, rows: Int32Array, from: number): boolean {
    const { canon, numbers, next, pending } = this;
    const { code, effects, layout, inOneOrder } = this.tables;
    const { words, word, shift } = layout;
    let here = offset;
    for (let edge = 0; edge < count; edge++) {
      if (this.waiting === batch) this.flush();
      // The row of the state that the edge leads to: only what changes is written.
      const to = this.waiting * words;
      for (let w = 0; w < words; w++) pending[to + w] = rows[from + w]!;
      pending[to + word[part]!]! ^= (code[here]! ^ numbers[part]!) << shift[part]!;
      const end = here + 3 + 2 * code[here + 2]!;
      for (let at = here + 3; at < end; at += 2) {
        const other = code[at]!;
        const after = valueAt(effects, code[at + 1]!, numbers[other]!);
        if (after < 0) return false;
        pending[to + word[other]!]! ^= (after ^ numbers[other]!) << shift[other]!;
      }
      if (canon !== null || inOneOrder) {
        unpackFrom(layout, pending, to, next);
        if (inOneOrder && !this.goOn(part, code[here + 1]!, next)) return false;
        if (canon !== null && !canon.apply(next)) return false;
        packInto(layout, next, pending, to);
      }
      this.queue(to);
      here = end;
    }
    return true;
  }

  /** Takes what a process may do at once after an edge of its own. False where something is not known yet. */
  private goOn(part: number, tag: number, numbers: Int32Array): boolean {
    const { code, effects, roots } = this.tables;
    for (let steps = 0; steps < longestChain; steps++) {
      const number = numbers[part]!;
      let offset = number < roots[part]!.length ? roots[part]![number]! : 0;
      while (offset > 0 && code[offset]! < 0) offset = this.decide(offset, numbers);
      if (offset === 0) return false;
      const edge = moverAfter(code, tag, offset);
      if (edge === 0) return true;
      const end = edge + 3 + 2 * code[edge + 2]!;
      for (let at = edge + 3; at < end; at += 2) {
        const after = valueAt(effects, code[at + 1]!, numbers[code[at]!]!);
        if (after < 0) return false;
        numbers[code[at]!] = after;
      }
      numbers[part] = code[edge]!;
      this.goneOn++;
    }
    return true;
  }

  /** Lets the row that has just been written wait. */
  private queue(row: number): void {
    const { keys, keyWords } = this;
    const { isCompact, layout, bits } = this.tables;
    const key = this.waiting * keyWords;
    if (isCompact) takeFingerprint(layout, this.pending, row, keys, key);
    this.slots[this.waiting++] = slotFor(hashRow(keys, key, keyWords), bits);
  }

  /** Looks up all that are waiting. */
  private flush(): void {
    const { pending, keys, keyWords, slots, harvest, waiting, isAlone } = this;
    const { visited, bits, layout } = this.tables;
    const { words } = layout;
    // Reading all slots first lets the machine fetch them side by side.
    let touched = 0;
    for (let at = 0; at < waiting; at++) touched ^= visited[slots[at]! * keyWords]!;
    this.touched = touched;
    for (let at = 0; at < waiting; at++) {
      if (!insert(visited, bits, slots[at]!, keys, at * keyWords, keyWords, isAlone)) continue;
      const to = this.found++ * words;
      for (let w = 0; w < words; w++) harvest.found[to + w] = pending[at * words + w]!;
    }
    this.waiting = 0;
  }
}
