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

/** Bits for twice as many numbers. */
const widthFor = (size: number): number => Math.min(wordBits, 33 - Math.clz32(size));

/** Gives the bits that are left in each word to its parts: to whoever is likely to need them, and then by turns. */
const spread = (
  words: readonly number[],
  word: Int32Array,
  widths: number[],
  likely: readonly number[],
): void => {
  for (const [at, used] of words.entries()) {
    const parts = widths.map((_, part) => part).filter((part) => word[part] === at);
    for (let bit = used; bit < wordBits && parts.length > 0; bit++) {
      const spare = parts.map((part) => widths[part]! - likely[part]!);
      const part = parts[spare.indexOf(Math.min(...spare))]!;
      widths[part] = widths[part]! + 1;
    }
  }
};

/** A layout with room for twice as many numbers as there are, and more where words have bits to spare; so many are `likely`. */
export const layoutFor = (sizes: readonly number[], likely = sizes): Layout => {
  const widths = sizes.map(widthFor);
  const hoped = likely.map((size, part) => Math.max(widths[part]!, widthFor(size)));
  const words = [0, 0];
  const word = new Int32Array(sizes.length);
  const shift = new Int32Array(sizes.length);
  const hopes = [0, 0];
  // The widest first, and where most is left, so that what is to spare is spread evenly.
  const order = widths.map((_, part) => part).sort((a, b) => hoped[b]! - hoped[a]! || a - b);
  for (const part of order) {
    const width = widths[part]!;
    const fitting = words.flatMap((used, at) => (used + width <= wordBits ? [at] : []));
    if (fitting.length === 0) {
      words.push(0);
      fitting.push(hopes.push(0) - 1);
    }
    const emptiest = fitting.reduce((best, at) => (hopes[at]! < hopes[best]! ? at : best));
    word[part] = emptiest;
    words[emptiest] = words[emptiest]! + width;
    hopes[emptiest] = hopes[emptiest]! + hoped[part]!;
  }
  spread(words, word, widths, hoped);
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
