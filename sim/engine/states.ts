/**
 * The set of states seen so far: packed rows of block numbers in the order of their discovery, and an exact hash table over
 * them. A block takes one byte until it has had 256 numbers, then two, then four; rows are laid out anew when that happens.
 * The hash of a row is a sum over its blocks, so that a step changes only the terms of what it writes, and a layout never
 * changes a hash.
 */
import type { Blocks } from "./blocks.ts";

const chunkBits = 15;
const rowsPerChunk = 1 << chunkBits;

export class States {
  count = 0;
  private chunks: Uint32Array[] = [];
  /** The same memory, byte by byte. */
  private views: Uint8Array[] = [];
  /** Pairs of (hash, row + 1). */
  private table = new Int32Array(1 << 17);
  private mask = (1 << 16) - 1;
  private words = 0;
  private offsets = new Int32Array(0);
  private widths = new Int32Array(0);
  private limits = new Float64Array(0);
  private scratch = new Uint32Array(0);
  private bytes = new Uint8Array(0);
  private laidOut = 0;
  /** The version of the blocks that the layout is known to have room for. */
  private checked = -1;

  constructor(private readonly blocks: Blocks) {
    this.layOut();
  }

  /** Bytes a row takes. */
  get rowBytes(): number {
    return this.words * 4;
  }

  /** Bytes that rows and table take together. */
  get memory(): number {
    return this.chunks.length * rowsPerChunk * this.rowBytes + this.table.byteLength;
  }

  /** Reads a row into a vector of block numbers. */
  load(row: number, vector: Int32Array): void {
    const { offsets, widths, laidOut } = this;
    const bytes = this.views[row >>> chunkBits]!;
    const base = (row & (rowsPerChunk - 1)) * this.rowBytes;
    for (let block = 0; block < laidOut; block++)
      vector[block] = readAt(bytes, base + offsets[block]!, widths[block]!);
  }

  /** Lays the rows out anew where blocks or numbers have been added that do not fit. */
  makeRoom(): void {
    if (this.blocks.version === this.checked) return;
    this.checked = this.blocks.version;
    for (let block = 0; block < this.blocks.count; block++)
      if (block >= this.laidOut || this.blocks.sizeOf(block) > this.limits[block]!) return this.layOut();
  }

  /** The hash of a vector. */
  hash(vector: Int32Array): number {
    const { terms } = this.blocks;
    let sum = 0;
    for (let block = 0; block < terms.length; block++) sum = (sum + terms[block]![vector[block]!]!) | 0;
    return sum;
  }

  /** The number of a state with this vector and its hash, where it is known, or the next number. */
  insert(vector: Int32Array, hash: number): number {
    this.makeRoom();
    this.pack(vector);
    return this.insertRow(hash);
  }

  /** The same for a state that is like a known one, but for the blocks that some effects have changed. */
  insertLike(
    row: number,
    vector: Int32Array,
    effects: readonly { readonly block: number }[],
    more: readonly { readonly block: number }[],
    hash: number,
  ): number {
    this.makeRoom();
    const { scratch, words } = this;
    const chunk = this.chunks[row >>> chunkBits]!;
    const base = (row & (rowsPerChunk - 1)) * words;
    for (let word = 0; word < words; word++) scratch[word] = chunk[base + word]!;
    for (let at = 0; at < effects.length; at++) this.put(effects[at]!.block, vector);
    for (let at = 0; at < more.length; at++) this.put(more[at]!.block, vector);
    return this.insertRow(hash);
  }

  private put(block: number, vector: Int32Array): void {
    const { bytes } = this;
    const number = vector[block]!;
    const to = this.offsets[block]!;
    bytes[to] = number;
    const width = this.widths[block]!;
    if (width === 1) return;
    bytes[to + 1] = number >>> 8;
    if (width === 2) return;
    bytes[to + 2] = number >>> 16;
    bytes[to + 3] = number >>> 24;
  }

  private pack(vector: Int32Array): void {
    for (let block = 0; block < this.laidOut; block++) this.put(block, vector);
  }

  private insertRow(hash: number): number {
    const { table, scratch, words } = this;
    let slot = mixed(hash) & this.mask;
    for (;;) {
      const row = table[slot * 2 + 1]! - 1;
      if (row < 0) break;
      if (table[slot * 2] === hash && this.equals(row)) return row;
      slot = (slot + 1) & this.mask;
    }
    const row = this.count++;
    if ((row & (rowsPerChunk - 1)) === 0) this.addChunk(new Uint32Array(rowsPerChunk * words));
    const chunk = this.chunks[row >>> chunkBits]!;
    const base = (row & (rowsPerChunk - 1)) * words;
    for (let word = 0; word < words; word++) chunk[base + word] = scratch[word]!;
    table[slot * 2] = hash;
    table[slot * 2 + 1] = row + 1;
    if (this.count * 2 > this.mask) this.growTable();
    return row;
  }

  private equals(row: number): boolean {
    const { scratch, words } = this;
    const chunk = this.chunks[row >>> chunkBits]!;
    const base = (row & (rowsPerChunk - 1)) * words;
    for (let word = 0; word < words; word++) if (chunk[base + word] !== scratch[word]) return false;
    return true;
  }

  private addChunk(chunk: Uint32Array): void {
    this.chunks.push(chunk);
    this.views.push(new Uint8Array(chunk.buffer));
  }

  private growTable(): void {
    const old = this.table;
    this.mask = this.mask * 2 + 1;
    this.table = new Int32Array((this.mask + 1) * 2);
    for (let at = 0; at < old.length; at += 2) {
      if (old[at + 1] === 0) continue;
      let slot = mixed(old[at]!) & this.mask;
      while (this.table[slot * 2 + 1] !== 0) slot = (slot + 1) & this.mask;
      this.table[slot * 2] = old[at]!;
      this.table[slot * 2 + 1] = old[at + 1]!;
    }
  }

  private layOut(): void {
    const { views, offsets, widths, laidOut, words } = this;
    // Some blocks to spare, and a wider cell for whoever has filled half of a narrow one.
    const count = this.blocks.count + (this.blocks.count > laidOut ? 8 : 0);
    this.laidOut = Math.max(count, laidOut);
    this.offsets = new Int32Array(this.laidOut);
    this.widths = new Int32Array(this.laidOut);
    this.limits = new Float64Array(this.laidOut);
    let end = 0;
    for (let block = 0; block < this.laidOut; block++) {
      const size = block < this.blocks.count ? this.blocks.sizeOf(block) : 1;
      const width = Math.max(widths[block] ?? 1, size > 0x6000 ? 4 : size > 0x60 ? 2 : 1);
      this.offsets[block] = end;
      this.widths[block] = width;
      this.limits[block] = 2 ** (8 * width);
      end += width;
    }
    this.words = Math.ceil(end / 4);
    this.scratch = new Uint32Array(this.words);
    this.bytes = new Uint8Array(this.scratch.buffer);
    this.chunks = [];
    this.views = [];
    for (const from of views) {
      const chunk = new Uint32Array(rowsPerChunk * this.words);
      const to = new Uint8Array(chunk.buffer);
      for (let row = 0; row < rowsPerChunk; row++)
        for (let block = 0; block < laidOut; block++)
          for (let byte = 0; byte < widths[block]!; byte++)
            to[row * this.words * 4 + this.offsets[block]! + byte] =
              from[row * words * 4 + offsets[block]! + byte]!;
      this.addChunk(chunk);
    }
  }
}

const mixed = (hash: number): number => (hash ^ (hash >>> 16)) >>> 0;

const readAt = (bytes: Uint8Array, at: number, width: number): number => {
  if (width === 1) return bytes[at]!;
  const low = bytes[at]! | (bytes[at + 1]! << 8);
  return width === 2 ? low : low | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
};
