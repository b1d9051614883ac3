/** A permutation of clients, on blocks and their numbers: worked out once for each number. */
import type { Blocks } from "./blocks.ts";
import type { Renaming } from "./renaming.ts";
import { withRoomFor } from "./table.ts";

/** Thrown where clients turn out not to be alike. */
export class Asymmetry extends Error {}

interface ColumnImage {
  readonly cell: string;
  readonly image: number;
  readonly values: number[];
}

export class Permutation {
  private readonly images: number[] = [];
  private readonly numbers: Int32Array[] = [];
  /** For each column the one that it becomes, and for each number of a value the number that it becomes there. */
  private readonly columns = new Map<number, ColumnImage>();

  constructor(
    private readonly blocks: Blocks,
    readonly renaming: Renaming,
  ) {}

  block(block: number): number {
    const known = this.images[block];
    if (known !== undefined) return known;
    const image = this.blocks.blockNamed(this.renaming.cell(this.blocks.nameOf(block)));
    // One after the other, so that the list has no holes.
    while (this.images.length < block) this.block(this.images.length);
    this.images[block] = image;
    this.numbers[block] ??= new Int32Array(64);
    return image;
  }

  number(block: number, number: number): number {
    if (number === 0) return 0;
    const known = this.numbers[block]?.[number] ?? 0;
    return known === 0 ? this.learn(block, number) : known - 1;
  }

  /** A column and its value number. */
  pair(column: number, number: number): readonly [number, number] {
    const { blocks, renaming } = this;
    let known = this.columns.get(column);
    if (known === undefined) {
      const cell = renaming.cell(blocks.columns.nameOf(column));
      known = { cell, image: blocks.columnOf(cell), values: [0] };
      this.columns.set(column, known);
    }
    const { cell, image, values } = known;
    while (values.length <= number) {
      const value = renaming.value(cell, blocks.columns.valueOf(column, values.length));
      values.push(blocks.internValue(image, value));
    }
    return [image, values[number]!];
  }

  apply(vector: Int32Array, into: Int32Array): void {
    const { blocks, images, numbers } = this;
    const { count } = blocks;
    for (let block = images.length; block < count; block++) this.block(block);
    for (let block = 0; block < count; block++) {
      const number = vector[block]!;
      const known = numbers[block]![number]!; // undefined beyond the table's end
      into[images[block]!] = known > 0 ? known - 1 : this.number(block, number);
    }
  }

  private learn(block: number, number: number): number {
    const { blocks } = this;
    const pairs = blocks.columnsOf(block).flatMap((column) => {
      const value = blocks.numberIn(column, number);
      return value === 0 ? [] : this.pair(column, value);
    });
    const image = this.block(block);
    for (let at = 0; at < pairs.length; at += 2)
      if (blocks.blockOf(pairs[at] as number) !== image) throw new Asymmetry("cells are grouped differently");
    const after = blocks.written(image, 0, pairs);
    const table = withRoomFor(this.numbers[block] ?? new Int32Array(64), number);
    table[number] = after + 1;
    this.numbers[block] = table;
    return after;
  }
}
