/**
 * The visited set: the packed rows themselves, in a hash table that several threads write to at once. They claim a slot by
 * exchanging its first word, which is 0 as long as nobody has; the other words follow, and whoever meets them unwritten
 * waits. (A thread that is alone just writes.) The slot is taken from the upper bits of the hash, so that a longer table keeps
 * the order of the old one.
 */
import { type Layout, mark, packInto, unpackFrom } from "./layout.ts";
import { sharedInts } from "./pairs.ts";

/** The logarithm of the number of slots of a new table. */
const fewestSlots = 14;

/** The part of the slots that may be taken. */
const fullest = 0.7;

/** Up to here a table grows fourfold where it may, as each time a new place is to be found for all that is in it. */
const smallTable = 21;

/** The hash of a row of two words. */
const hashPair = (a: number, b: number): number => {
  let h = Math.imul(a, 0x9e3779b1) ^ Math.imul(b ^ (b >>> 15), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 16), 0x7feb352d);
  h = Math.imul(h ^ (h >>> 15), 0x846ca68b);
  return h ^ (h >>> 16);
};

export const hashRow = (rows: Int32Array, at: number, words: number): number => {
  let h = hashPair(rows[at]!, rows[at + 1]!);
  for (let word = 2; word < words; word++) h = hashPair(h, rows[at + word]!);
  return h;
};

const mixed = (part: number, number: number, seed: number): number => {
  let h = Math.imul(number, seed) ^ Math.imul(part + 1, 0x9e3779b1);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  h = Math.imul(h ^ (h >>> 12), 0x297a2d39);
  return h ^ (h >>> 15);
};

/** Bits of a row's fingerprint that tell it from others: thirty of each of its two words. */
const fingerprintBits = 60;

/** The fingerprint of a row, the same in every layout: a part that is nothing adds nothing. */
export const takeFingerprint = (
  { word, shift, mask }: Layout,
  rows: Int32Array,
  from: number,
  into: Int32Array,
  at: number,
): void => {
  let [a, b] = [0, 0];
  for (let part = 0; part < word.length; part++) {
    const number = (rows[from + word[part]!]! >>> shift[part]!) & mask[part]!;
    if (number === 0) continue;
    a = (a + mixed(part, number, 0x85ebca6b)) | 0;
    b = (b + mixed(part, number, 0xc2b2ae35)) | 0;
  }
  into[at] = (a & (mark - 1)) | mark;
  into[at + 1] = (b & (mark - 1)) | mark;
};

/** Where a row with this hash is looked for first; `bits` is the logarithm of the number of slots. */
export const slotFor = (hash: number, bits: number): number => hash >>> (32 - bits);

/** Claims a free slot. Returns what stands there instead where another thread was faster, and 0 where none was. */
const claim = (table: Int32Array, at: number, rows: Int32Array, from: number, words: number): number => {
  const found = Atomics.compareExchange(table, at, 0, rows[from]!);
  if (found === 0)
    for (let word = 1; word < words; word++) Atomics.store(table, at + word, rows[from + word]!);
  return found;
};

/** Adds a row. True where it was not there. To be alone is faster: nothing need be exchanged then. */
export const insert = (
  table: Int32Array,
  bits: number,
  slot: number,
  rows: Int32Array,
  from: number,
  words: number,
  isAlone: boolean,
): boolean => {
  const first = rows[from]!;
  const last = (1 << bits) - 1;
  for (let here = slot; ; here = (here + 1) & last) {
    const at = here * words;
    let found = table[at]!;
    if (found === 0 && isAlone) {
      for (let word = 0; word < words; word++) table[at + word] = rows[from + word]!;
      return true;
    }
    if (found === 0) {
      found = claim(table, at, rows, from, words);
      if (found === 0) return true;
    }
    if (found === first && isSame(table, at, rows, from, words)) return false;
  }
};

const isSame = (table: Int32Array, at: number, rows: Int32Array, from: number, words: number): boolean => {
  for (let word = 1; word < words; word++) {
    let found = table[at + word]!;
    while ((found & mark) === 0) found = Atomics.load(table, at + word);
    if (found !== rows[from + word]!) return false;
  }
  return true;
};

/**
 * A visited set that grows: of rows, or where it is compact of their fingerprints. Everything but {@link insert} is for the
 * thread that owns it.
 */
export class VisitedSet {
  count = 0;
  bits = fewestSlots;
  table: Int32Array;

  constructor(
    private layout: Layout,
    readonly isCompact = false,
  ) {
    this.table = sharedInts(this.words << this.bits);
  }

  /** A set as it was before. */
  static from(
    layout: Layout,
    isCompact: boolean,
    bits: number,
    table: Int32Array,
    count: number,
  ): VisitedSet {
    const set = new VisitedSet(layout, isCompact);
    set.table = sharedInts(table.length);
    set.table.set(table);
    return Object.assign(set, { bits, count });
  }

  get memory(): number {
    return this.table.byteLength;
  }

  /** Adds a row. True where it was not there. */
  add(rows: Int32Array, from: number): boolean {
    this.makeRoomFor(1);
    const { words } = this;
    const key = new Int32Array(words);
    if (this.isCompact) takeFingerprint(this.layout, rows, from, key, 0);
    else key.set(rows.subarray(from, from + words));
    const slot = slotFor(hashRow(key, 0, words), this.bits);
    const isNew = insert(this.table, this.bits, slot, key, 0, words, true);
    if (isNew) this.count++;
    return isNew;
  }

  /** The odds that two of the states had one fingerprint, so that one was taken for seen; 0 where rows are kept. */
  get missOdds(): number {
    return this.isCompact ? (this.count * (this.count - 1)) / 2 ** (fingerprintBits + 1) : 0;
  }

  /** How many more it can take. */
  get room(): number {
    return Math.floor(fullest * 2 ** this.bits) - this.count;
  }

  /** Bytes that it takes at least with so many more; while it grows, the old table is there as well. */
  memoryWith(more: number): number {
    return this.memoryAt(this.bitsWith(more));
  }

  /** Makes the table longer where so many more would fill it too much; by more than that where it is small, within so many bytes. */
  makeRoomFor(more: number, mostBytes = Number.POSITIVE_INFINITY): void {
    const bits = this.bitsWith(more);
    if (bits === this.bits) return;
    const ample = bits <= smallTable && this.memoryAt(bits + 1) <= mostBytes;
    this.move(ample ? bits + 1 : bits, this.layout);
  }

  /** Writes all rows in another layout. Fingerprints stay. */
  layOut(layout: Layout): void {
    if (this.isCompact) this.layout = layout;
    else this.move(this.bits, layout);
  }

  private get words(): number {
    return this.isCompact ? 2 : this.layout.words;
  }

  private bitsWith(more: number): number {
    let { bits } = this;
    while (this.count + more > fullest * 2 ** bits) bits++;
    return bits;
  }

  private memoryAt(bits: number): number {
    return 4 * this.words * 2 ** bits + (bits > this.bits ? this.memory : 0);
  }

  private move(bits: number, layout: Layout): void {
    const { table: old, layout: before, words: wide } = this;
    const words = this.isCompact ? 2 : layout.words;
    const table = sharedInts(words * 2 ** bits);
    const numbers = new Int32Array(layout.word.length);
    const row = new Int32Array(words);
    for (let from = 0; from < old.length; from += wide) {
      if (old[from] === 0) continue;
      if (before === layout) for (let word = 0; word < words; word++) row[word] = old[from + word]!;
      else {
        unpackFrom(before, old, from, numbers);
        packInto(layout, numbers, row, 0);
      }
      insert(table, bits, slotFor(hashRow(row, 0, words), bits), row, 0, words, true);
    }
    Object.assign(this, { table, bits, layout });
  }
}
