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

/** Gives the bits that are left in each word to its parts, by turns. */
const spread = (words: readonly number[], word: Int32Array, widths: number[]): void => {
  for (const [at, used] of words.entries()) {
    const parts = widths.map((_, part) => part).filter((part) => word[part] === at);
    for (let bit = used; bit < wordBits && parts.length > 0; bit++) {
      const part = parts[bit % parts.length]!;
      widths[part] = widths[part]! + 1;
    }
  }
};

/** A layout with room for twice as many numbers as there are, and more where words have bits to spare. */
export const layoutFor = (sizes: readonly number[]): Layout => {
  const widths = sizes.map((size) => Math.min(wordBits, 33 - Math.clz32(size)));
  const words = [0, 0];
  const word = new Int32Array(sizes.length);
  const shift = new Int32Array(sizes.length);
  // The widest first.
  const order = widths.map((_, part) => part).sort((a, b) => widths[b]! - widths[a]! || a - b);
  for (const part of order) {
    const width = widths[part]!;
    // Where most is left, so that what is to spare is spread evenly.
    const emptiest = words.indexOf(Math.min(...words));
    word[part] = words[emptiest]! + width <= wordBits ? emptiest : words.push(0) - 1;
    words[word[part]!] = words[word[part]!]! + width;
  }
  spread(words, word, widths);
  const ends = words.map(() => 0);
  for (const part of order) {
    shift[part] = ends[word[part]!]!;
    ends[word[part]!] = ends[word[part]!]! + widths[part]!;
  }
  return {
    words: words.length,
    word,
    shift,
    mask: Int32Array.from(widths, (width) => 2 ** width - 1),
  };
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
