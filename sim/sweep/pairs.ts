/**
 * Maps from pairs of numbers to a number, as plain integers that worker threads share: open addressing, four integers a
 * slot (the pair, the value plus one, and one that is free), so that a slot never straddles a cache line.
 */

const slotOf = (a: number, b: number, slots: number): number => {
  const h = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b);
  return (h ^ (h >>> 15)) & (slots - 1);
};

/** The slot where a pair stands, or would stand. */
const slotWith = (map: Int32Array, a: number, b: number): number => {
  const slots = map.length >>> 2;
  for (let slot = slotOf(a, b, slots); ; slot = (slot + 1) & (slots - 1)) {
    const at = slot << 2;
    if (map[at + 2] === 0 || (map[at] === a && map[at + 1] === b)) return slot;
  }
};

/** What a pair maps to, or -1. */
export const valueAt = (map: Int32Array, a: number, b: number): number =>
  map[(slotWith(map, a, b) << 2) + 2]! - 1;

/** Integers that worker threads can see. */
export const sharedInts = (length: number): Int32Array => new Int32Array(new SharedArrayBuffer(length * 4));

/** Such a map, and how full it is. Written only while nobody else reads. */
export class PairMap {
  ints = sharedInts(4 << 8);
  private count = 0;

  get(a: number, b: number): number {
    return valueAt(this.ints, a, b);
  }

  /** What a pair maps to from now on. */
  set(a: number, b: number, value: number): void {
    if (this.get(a, b) < 0 && ++this.count * 8 > this.ints.length) this.grow();
    put(this.ints, a, b, value + 1);
  }

  private grow(): void {
    const old = this.ints;
    this.ints = sharedInts(old.length * 2);
    for (let at = 0; at < old.length; at += 4)
      if (old[at + 2] !== 0) put(this.ints, old[at]!, old[at + 1]!, old[at + 2]!);
  }
}

const put = (map: Int32Array, a: number, b: number, value: number): void => {
  const at = slotWith(map, a, b) * 4;
  map[at] = a;
  map[at + 1] = b;
  map[at + 2] = value;
};

/** A list of integers that grows, and that worker threads can see. Written only while nobody else reads. */
export class Ints {
  ints = sharedInts(1 << 12);
  length = 0;

  /** Makes room for so many more, all 0, and returns where they begin. */
  reserve(count: number): number {
    const start = this.length;
    this.length += count;
    if (this.length > this.ints.length) {
      const old = this.ints;
      this.ints = sharedInts(Math.max(this.length, old.length * 2));
      this.ints.set(old);
    }
    return start;
  }

  /** An entry; 0 beyond the end. */
  at(entry: number): number {
    return entry < this.length ? this.ints[entry]! : 0;
  }

  /** Writes an entry, wherever it is. */
  put(entry: number, value: number): void {
    if (entry >= this.length) this.reserve(entry + 1 - this.length);
    this.ints[entry] = value;
  }

  append(values: readonly number[]): number {
    const start = this.reserve(values.length);
    this.ints.set(values, start);
    return start;
  }
}
