/**
 * The set of states seen so far: packed rows of value numbers in the order of their discovery, and an exact hash table
 * over them. A column takes one byte until it has had 256 values, then two, then four; rows are laid out anew when that
 * happens. The hash of a row is a sum over its columns, so that a step changes only the terms of what it writes, and a
 * layout never changes a hash.
 */
import type { Columns } from "./columns.ts";

const chunkBits = 15;
const rowsPerChunk = 1 << chunkBits;

const term = (column: number, number: number): number => {
  if (number === 0) return 0;
  let h = Math.imul(column + 1, 0x9e3779b1) ^ Math.imul(number, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  h = Math.imul(h ^ (h >>> 12), 0x297a2d39);
  return h ^ (h >>> 15);
};

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
  private hashes = new Int32Array(1 << 16);
  /** The version of the columns that the layout is known to have room for. */
  private checked = -1;

  constructor(private readonly columns: Columns) {
    this.layOut();
  }

  /** Bytes a row takes. */
  get rowBytes(): number {
    return this.words * 4;
  }

  /** Bytes that rows, table and hashes take together. */
  get memory(): number {
    return this.chunks.length * rowsPerChunk * this.rowBytes + this.table.byteLength + this.hashes.byteLength;
  }

  /** Columns in a vector of value numbers. */
  get width(): number {
    return this.laidOut;
  }

  /** The hash of a row. */
  hashOf(row: number): number {
    return this.hashes[row]!;
  }

  /** Reads a row into a vector of value numbers. */
  load(row: number, vector: Int32Array): void {
    const { offsets, widths, laidOut } = this;
    const bytes = this.views[row >>> chunkBits]!;
    const base = (row & (rowsPerChunk - 1)) * this.rowBytes;
    for (let column = 0; column < laidOut; column++)
      vector[column] = readAt(bytes, base + offsets[column]!, widths[column]!);
  }

  /** Makes a row the one that {@link change} and {@link insert} work on. */
  start(row: number): void {
    const chunk = this.chunks[row >>> chunkBits]!;
    const base = (row & (rowsPerChunk - 1)) * this.words;
    for (let word = 0; word < this.words; word++) this.scratch[word] = chunk[base + word]!;
  }

  /** Lays the rows out anew where columns or values have been added that do not fit; to be called before {@link start}. */
  makeRoom(): void {
    if (this.columns.version === this.checked) return;
    this.checked = this.columns.version;
    for (let column = 0; column < this.columns.count; column++)
      if (column >= this.laidOut || this.columns.sizeOf(column) > this.limits[column]!) return this.layOut();
  }

  /** Writes to the row at hand, which was `vector` with this hash; returns the hash that it has then. */
  change(vector: Int32Array, writes: Int32Array, hash: number): number {
    const { offsets, widths, bytes } = this;
    let changed = hash;
    for (let at = 0; at < writes.length; at += 2) {
      const column = writes[at]!;
      const number = writes[at + 1]!;
      const to = offsets[column]!;
      const width = widths[column]!;
      bytes[to] = number;
      if (width > 1) bytes[to + 1] = number >>> 8;
      if (width > 2) {
        bytes[to + 2] = number >>> 16;
        bytes[to + 3] = number >>> 24;
      }
      changed = (changed - term(column, vector[column]!) + term(column, number)) | 0;
    }
    return changed;
  }

  /** The row at hand: its number among the states, where it is already there, or the next number. */
  insert(hash: number): number {
    const { table, scratch, words } = this;
    let slot = mixed(hash) & this.mask;
    for (;;) {
      const row = table[slot * 2 + 1]! - 1;
      if (row < 0) break;
      if (table[slot * 2] === hash && this.equals(row)) return row;
      slot = (slot + 1) & this.mask;
    }
    const row = this.count++;
    if (row >= this.hashes.length) this.hashes = grown(this.hashes);
    this.hashes[row] = hash;
    if ((row & (rowsPerChunk - 1)) === 0) this.addChunk(new Uint32Array(rowsPerChunk * words));
    const chunk = this.chunks[row >>> chunkBits]!;
    const base = (row & (rowsPerChunk - 1)) * words;
    for (let word = 0; word < words; word++) chunk[base + word] = scratch[word]!;
    table[slot * 2] = hash;
    table[slot * 2 + 1] = row + 1;
    if (this.count * 2 > this.mask) this.growTable();
    return row;
  }

  /** The initial state. */
  insertFirst(writes: Int32Array): void {
    const nothing = new Int32Array(this.columns.count);
    this.layOut();
    this.scratch.fill(0);
    this.insert(this.change(nothing, writes, 0));
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
    // Some columns to spare, and a wider cell for whoever has filled half of a narrow one.
    const count = this.columns.count + (this.columns.count > laidOut ? 8 : 0);
    this.laidOut = Math.max(count, laidOut);
    this.offsets = new Int32Array(this.laidOut);
    this.widths = new Int32Array(this.laidOut);
    this.limits = new Float64Array(this.laidOut);
    let end = 0;
    for (let column = 0; column < this.laidOut; column++) {
      const size = column < this.columns.count ? this.columns.sizeOf(column) : 1;
      const width = Math.max(widths[column] ?? 1, size > 0x6000 ? 4 : size > 0x60 ? 2 : 1);
      this.offsets[column] = end;
      this.widths[column] = width;
      this.limits[column] = 2 ** (8 * width);
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
        for (let column = 0; column < laidOut; column++)
          for (let byte = 0; byte < widths[column]!; byte++)
            to[row * this.words * 4 + this.offsets[column]! + byte] =
              from[row * words * 4 + offsets[column]! + byte]!;
      this.addChunk(chunk);
    }
  }
}

const grown = (old: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> => {
  const larger = new Int32Array(old.length * 2);
  larger.set(old);
  return larger;
};

const mixed = (hash: number): number => (hash ^ (hash >>> 16)) >>> 0;

const readAt = (bytes: Uint8Array, at: number, width: number): number => {
  if (width === 1) return bytes[at]!;
  const low = bytes[at]! | (bytes[at + 1]! << 8);
  return width === 2 ? low : low | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
};
