/** What alike clients have in common, learnt for the numbers of parts from what permutations do to blocks. */
import { mostBlocks } from "../engine/blocks.ts";
import { Asymmetry, type Permutation } from "../engine/permutation.ts";
import { type Symmetry, spread } from "../engine/symmetry.ts";
import { Canon } from "./canon.ts";
import { NumberRows } from "./number-rows.ts";
import type { Parts } from "./parts.ts";
import type { LikeTables } from "./tables.ts";

export class Likes {
  private readonly images = new NumberRows();
  private readonly orbits = new NumberRows();
  /** For each part that has rows already, which parts it becomes, by permutation. */
  private readonly partImages: number[][] = [];
  private readonly orbitNumbers = new Map<string, number>();
  private readonly permutations: readonly (Permutation | null)[];
  private readonly from = new Int32Array(mostBlocks);
  private readonly to = new Int32Array(mostBlocks);

  constructor(
    private readonly symmetry: Symmetry,
    private readonly parts: Parts,
  ) {
    this.permutations = [null, ...symmetry.permutations];
  }

  /** Learns what is not known yet about the numbers of a state. */
  learn(numbers: Int32Array): void {
    for (let part = 0; part < this.parts.count; part++) {
      const number = numbers[part]!;
      this.addRows(part);
      // The orbit is learnt last.
      if (this.orbits.at(part, number) !== -1) continue;
      const images = this.permutations.map((_, at) => this.imageOf(at, part, number));
      // Rows keep one more.
      this.orbits.keep(part, number, spread(this.orbitOf(part, images)) - 1);
    }
  }

  /** Makes a state the least of its likes; there must be room for all numbers that were learnt of it. */
  takeLeast(numbers: Int32Array): void {
    this.learn(numbers);
    const { count } = this.parts;
    if (!new Canon(this.tables, count).apply(numbers.subarray(0, count)))
      throw new Error("internal: it is not known what a state is like");
  }

  /** Lets every part be there that another one becomes. */
  close(): void {
    for (let part = 0; part < this.parts.count; part++) this.addRows(part);
  }

  /** Makes room for so many numbers, by part; all parts are there. */
  makeRoom(sizes: readonly number[]): void {
    this.images.makeRoom(sizes);
    this.orbits.makeRoom(sizes);
  }

  get tables(): LikeTables {
    const { permutations, parts, symmetry } = this;
    const each = permutations.flatMap((_, at) =>
      Array.from({ length: parts.count }, (__, part) => [at, part]),
    );
    const rowOf = (at: number, part: number) => part * permutations.length + at;
    const { indices, boundaries } = symmetry;
    return {
      permutations: permutations.length,
      places: Int32Array.from({ length: parts.count }, (_, part) => this.placeOf(part)),
      ends: Uint8Array.from(indices, (_, place) => (boundaries.has(place + 1) ? 1 : 0)),
      sources: Int32Array.from(symmetry.sources.flat()),
      partImages: Int32Array.from(each, ([at = 0, part = 0]) => this.partImage(at, part)),
      imageStarts: Int32Array.from(each, ([at = 0, part = 0]) => this.images.begins[rowOf(at, part)]!),
      images: this.images.ints,
      orbitStarts: this.orbits.begins.slice(0, parts.count),
      orbits: this.orbits.ints,
    };
  }

  /** What tells orbits apart, in the order of their numbers. */
  get orbitsSoFar(): string[] {
    return [...this.orbitNumbers.keys()];
  }

  /** Numbers orbits as before. */
  recall(orbits: readonly string[]): void {
    for (const [number, orbit] of orbits.entries()) this.orbitNumbers.set(orbit, number);
  }

  private addRows(part: number): void {
    while (this.partImages.length <= part) {
      const next = this.partImages.length;
      this.partImages.push(this.permutations.map((permutation) => this.becomes(permutation, next)));
      for (const _ of this.permutations) this.images.add(next);
      this.orbits.add(next);
    }
  }

  private becomes(permutation: Permutation | null, part: number): number {
    const belonging = this.parts.belongingOf(part);
    if (permutation === null || belonging === null) return part;
    const { client, role } = belonging;
    return this.parts.partOfClient({ client: permutation.renaming.index(client), role });
  }

  /** The place among alike clients of the one whose part it is, or -1. */
  private placeOf(part: number): number {
    const belonging = this.parts.belongingOf(part);
    return belonging === null ? -1 : this.symmetry.indices.indexOf(belonging.client);
  }

  private partImage(at: number, part: number): number {
    this.addRows(part);
    return this.partImages[part]![at]!;
  }

  private imageOf(at: number, part: number, number: number): number {
    this.addRows(part);
    const row = part * this.permutations.length + at;
    const known = this.images.at(row, number);
    return known >= 0 ? known : this.images.keep(row, number, this.permute(at, part, number));
  }

  private permute(at: number, part: number, number: number): number {
    const permutation = this.permutations[at]!;
    if (permutation === null) return number;
    const { from, to, parts } = this;
    const image = this.partImage(at, part);
    parts.unfold(part, number, from);
    for (const block of parts.blocksOf(image)) to[block] = 0;
    for (const block of [...parts.blocksOf(part)]) {
      const target = permutation.block(block);
      if (parts.partOf(target) !== image) throw new Asymmetry("cells are grouped differently");
      to[target] = permutation.number(block, from[block]!);
    }
    return parts.fold(image, to);
  }

  /** A number that all images of a part's number have in common, and nothing else has. */
  private orbitOf(part: number, images: readonly number[]): number {
    const all = images.map((number, at) => `${this.partImage(at, part)}:${number}`);
    const key = all.reduce((least, one) => (one < least ? one : least));
    const known = this.orbitNumbers.get(key);
    if (known !== undefined) return known;
    this.orbitNumbers.set(key, this.orbitNumbers.size);
    return this.orbitNumbers.size - 1;
  }
}
