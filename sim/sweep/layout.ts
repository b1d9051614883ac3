/**
 * How the numbers of the parts are packed into a row: each has a field of bits, and no field straddles two words. Bit 30 of
 * every word is set, so that no word is 0 and none is negative.
 */

/** Bits of a word that fields can take. */
const wordBits = 30;

export const mark = 1 << wordBits;

/** For each part, where its field is. Plain integers, so that worker threads can be given it. */
export interface Layout {
  /** Words of a row, two at least. */
  readonly words: number;
  readonly word: Int32Array;
  readonly shift: Int32Array;
  readonly mask: Int32Array;
}

/** A layout with room for twice as many numbers as there are. */
export const layoutFor = (sizes: readonly number[]): Layout => {
  const widths = sizes.map((size) => Math.min(wordBits, 33 - Math.clz32(size)));
  const words: number[] = [];
  const word = new Int32Array(sizes.length);
  const shift = new Int32Array(sizes.length);
  // The widest first, each into the first word that has room.
  const order = widths.map((_, part) => part).sort((a, b) => widths[b]! - widths[a]! || a - b);
  for (const part of order) {
    const width = widths[part]!;
    const fitting = words.findIndex((used) => used + width <= wordBits);
    const at = fitting < 0 ? words.push(0) - 1 : fitting;
    word[part] = at;
    shift[part] = words[at]!;
    words[at] = words[at]! + width;
  }
  const mask = Int32Array.from(widths, (width) => (width === 32 ? -1 : (1 << width) - 1));
  return { words: Math.max(2, words.length), word, shift, mask };
};

export const hasRoom = ({ mask }: Layout, sizes: readonly number[]): boolean =>
  sizes.length <= mask.length && sizes.every((size, part) => size - 1 <= mask[part]!);

export const packInto = (layout: Layout, numbers: Int32Array, rows: Int32Array, at: number): void => {
  const { words, word, shift } = layout;
  for (let w = 0; w < words; w++) rows[at + w] = mark;
  for (let part = 0; part < word.length; part++)
    rows[at + word[part]!] = rows[at + word[part]!]! | (numbers[part]! << shift[part]!);
};

export const unpackFrom = (layout: Layout, rows: Int32Array, at: number, numbers: Int32Array): void => {
  const { word, shift, mask } = layout;
  for (let part = 0; part < word.length; part++)
    numbers[part] = (rows[at + word[part]!]! >>> shift[part]!) & mask[part]!;
};
