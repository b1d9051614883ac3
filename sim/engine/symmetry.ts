/**
 * Symmetry: states that differ by a permutation of alike clients are taken for one, the least of them. Whatever is learnt
 * in a state (what a process can do, what the observers make of it, what the properties say at rest) is worked out in all
 * its permuted states as well, and compared; so a protocol or a property that treats clients differently is found out, and
 * what the reduced search proves needs no trust in how the permutations were derived.
 */
import type { Finding, TraceEvent } from "../../model/index.ts";
import type { Value } from "../kernel/index.ts";
import { mostBlocks } from "./blocks.ts";
import { type Effect, writtenBy } from "./effect.ts";
import { Asymmetry, Permutation } from "./permutation.ts";
import { type Moves, type Note, type Product, type Told, toldIn, type Witness } from "./product.ts";
import type { Permutations, Renaming } from "./renaming.ts";
import { withRoomFor } from "./table.ts";

/** A number whose bits hang on all bits of another one; never 0. */
export const spread = (number: number): number => {
  const h = Math.imul(number ^ (number >>> 15), 0x2c1b3c6d);
  return (Math.imul(h ^ (h >>> 12), 0x297a2d39) ^ h) | 1;
};

/** Texts that are kept, of all permutations together: with many clients there are hundreds of permutations. */
const mostToldKept = 1 << 16;

export class Symmetry implements Witness {
  /** All but the identity. */
  readonly permutations: readonly Permutation[];
  /** Each block that is about one of the alike clients, and which one, in turn. */
  private positions: number[] = [];
  /** For so many blocks. */
  private seen = 0;
  /** For each permutation (the identity first), the client whose place each place is given. */
  readonly sources: readonly (readonly number[])[];
  /** Where a class ends and another one begins. */
  readonly boundaries: ReadonlySet<number>;
  /** The alike clients, class by class. */
  readonly indices: readonly string[];
  private readonly orbits: Int32Array[] = [];
  private readonly keys: Int32Array;
  private readonly images: readonly Int32Array[];
  /** For each permutation, the process that stands where another one stood. */
  private readonly processes: number[][];
  private readonly toFirst: number[] = [];
  /** For each permutation, what is told under it in the place of something else, in any order. */
  private readonly told: readonly Map<string, string>[];
  private toldKept = 0;
  private readonly compared = new Int32Array(mostBlocks);
  private readonly fitting: number[] = [];
  private witnessing = false;

  constructor(
    private readonly product: Product,
    { classes, renamings }: Permutations,
  ) {
    this.permutations = renamings.map((renaming) => new Permutation(product.blocks, renaming));
    this.indices = classes.flat();
    const ends = classes.map((_, at) => classes.slice(0, at + 1).flat().length);
    this.boundaries = new Set(ends);
    const identity = this.indices.map((_, at) => at);
    const sourcesOf = ({ index }: Renaming | { index: (index: string) => string }) => {
      const images = this.indices.map((client) => this.indices.indexOf(index(client)));
      return identity.map((place) => images.indexOf(place));
    };
    this.sources = [identity, ...renamings.map((renaming) => sourcesOf({ index: (i) => renaming.index(i) }))];
    this.keys = new Int32Array(this.indices.length);
    this.images = this.sources.map(() => new Int32Array(mostBlocks));
    this.processes = this.sources.map(() => []);
    this.told = this.sources.map(() => new Map());
  }

  /** Makes a state the least of its likes. Returns which permutations do that, the identity being 0. */
  canonicalise(vector: Int32Array): readonly number[] {
    const { sources, fitting } = this;
    this.takeKeys(vector);
    fitting.length = 0;
    for (let at = 0; at < sources.length; at++) if (this.isInOrder(sources[at]!)) fitting.push(at);
    return fitting.length === 1 && fitting[0] === 0 ? fitting : this.takeLeast(vector);
  }

  /** The process that stands where another one stood. */
  processUnder(permutation: number, process: number): number {
    if (permutation === 0) return process;
    const known = this.processes[permutation]![process];
    if (known !== undefined) return known;
    const { product } = this;
    const { renaming } = this.permutations[permutation - 1]!;
    const image = product.numberOf(renaming.of(product.nameOf(process)) as never);
    this.processes[permutation]![process] = image;
    return image;
  }

  /** A permutation that makes a process the first of its likes. */
  permutationToFirst(process: number): number {
    const known = this.toFirst[process];
    if (known !== undefined) return known;
    const likes = this.sources.map((_, at) => this.processUnder(at, process));
    const found = likes.indexOf(Math.min(...likes));
    this.toFirst[process] = found;
    return found;
  }

  moves(vector: Int32Array, moves: Moves): void {
    const { kind, process } = moves;
    this.compare(vector, (permutation, image, at) => {
      const other = this.processUnder(at, process);
      this.product.processesIn(image);
      const found =
        kind === "calls" ? this.product.callsOf(other, image) : this.product.faultsTo(other, image);
      const here = moves.edges.map(
        (edge) => `${this.toldUnder(at, edge)} ${show(edge.effects, permutation)}`,
      );
      const there = found.edges.map(
        ({ toldInAnyOrder, effects }) => `${toldInAnyOrder} ${show(effects, null)}`,
      );
      const name = this.product.nameOf(process);
      this.demand(here.sort().join("\n") === there.sort().join("\n"), `what ${name} can do`);
      this.demand(this.sameReads(permutation, moves.reads, found.reads), `what ${name} depends on`);
    });
  }

  note(told: Told, vector: Int32Array, note: Note): void {
    this.compare(vector, (permutation, image, at) => {
      const found = this.product.noteLike(this.toldUnder(at, told))?.at(image);
      const same =
        found !== undefined &&
        showFindings(found.findings) === showFindings(note.findings) &&
        show(found.effects, null) === show(note.effects, permutation);
      this.demand(same, "what the properties make of an event");
      this.demand(this.sameReads(permutation, note.reads, found?.reads ?? []), "what the properties look at");
    });
  }

  rest(vector: Int32Array, findings: readonly Finding[]): void {
    this.compare(vector, (_, image) => {
      const same = showFindings(this.product.quiescenceOf(image)) === showFindings(findings);
      this.demand(same, "what the properties say at rest");
    });
  }

  /** What is told with the clients' names exchanged, in any order. */
  private toldUnder(at: number, { events, told }: Told): string {
    const known = this.told[at]!.get(told);
    if (known !== undefined) return known;
    const { renaming } = this.permutations[at - 1]!;
    const renamed = renaming.of(events as unknown as Value) as unknown as readonly TraceEvent[];
    const { toldInAnyOrder } = toldIn(renamed);
    if (this.toldKept++ < mostToldKept) this.told[at]!.set(told, toldInAnyOrder);
    return toldInAnyOrder;
  }

  private compare(
    vector: Int32Array,
    look: (permutation: Permutation, image: Int32Array, at: number) => void,
  ): void {
    if (this.witnessing) return;
    this.witnessing = true;
    try {
      for (const [at, permutation] of this.permutations.entries()) {
        this.compared.fill(0);
        permutation.apply(vector, this.compared);
        look(permutation, this.compared, at + 1);
      }
    } finally {
      this.witnessing = false;
    }
  }

  private demand(same: boolean, what: string): void {
    if (!same) throw new Asymmetry(`${what} hangs on which client it is`);
  }

  private sameReads(permutation: Permutation, here: readonly number[], there: readonly number[]): boolean {
    const images = new Set(here.map((column) => permutation.pair(column, 0)[0]));
    return images.size === new Set(there).size && there.every((column) => images.has(column));
  }

  private takeKeys(vector: Int32Array): void {
    const { keys, orbits } = this;
    if (this.seen < this.product.blocks.count) this.takePositions();
    const { positions } = this;
    keys.fill(0);
    for (let at = 0; at < positions.length; at += 2) {
      const block = positions[at]!;
      const number = vector[block]!;
      if (number === 0) continue;
      const orbit = orbits[block]![number]!; // undefined beyond the table's end
      const client = positions[at + 1]!;
      keys[client] = (keys[client]! + (orbit ? orbit : this.learnOrbit(block, number))) | 0;
    }
  }

  private takePositions(): void {
    const { blocks } = this.product;
    // Until no permutation leads out of the blocks that there are.
    for (let block = 0; block < blocks.count; block++)
      for (const permutation of this.permutations) permutation.block(block);
    this.seen = blocks.count;
    this.positions = [];
    for (let block = 0; block < blocks.count; block++) {
      this.orbits[block] ??= new Int32Array(64);
      const index = /^[^/]*\[(\d+)/.exec(blocks.nameOf(block))?.[1] ?? "";
      const moves = this.permutations.some((permutation) => permutation.block(block) !== block);
      if (moves && this.indices.includes(index)) this.positions.push(block, this.indices.indexOf(index));
    }
  }

  /** A number that a block's number has in common with all its permuted likes. */
  private learnOrbit(block: number, number: number): number {
    let [leastBlock, leastNumber] = [block, number];
    for (const permutation of this.permutations) {
      const [image, under] = [permutation.block(block), permutation.number(block, number)];
      if (image > leastBlock || (image === leastBlock && under >= leastNumber)) continue;
      [leastBlock, leastNumber] = [image, under];
    }
    const orbit = spread(Math.imul(leastBlock + 1, 0x9e3779b1) ^ Math.imul(leastNumber, 0x85ebca6b));
    const table = withRoomFor(this.orbits[block] ?? new Int32Array(64), number);
    table[number] = orbit;
    this.orbits[block] = table;
    return orbit;
  }

  private isInOrder(sources: readonly number[]): boolean {
    const { keys, boundaries } = this;
    for (let place = 1; place < sources.length; place++)
      if (!boundaries.has(place) && keys[sources[place - 1]!]! > keys[sources[place]!]!) return false;
    return true;
  }

  /** Of the permutations that put the clients in order, those that make the least state. */
  private takeLeast(vector: Int32Array): readonly number[] {
    const { fitting, images } = this;
    const { count } = this.product.blocks;
    for (const at of fitting) {
      if (at === 0) this.copy(vector, images[0]!);
      else this.permutations[at - 1]!.apply(vector, images[at]!);
    }
    let best = images[fitting[0]!]!;
    for (const at of fitting) if (order(images[at]!, best, count) < 0) best = images[at]!;
    this.copy(best, vector);
    let kept = 0;
    for (const at of fitting) if (order(images[at]!, best, count) === 0) fitting[kept++] = at;
    fitting.length = kept;
    return fitting;
  }

  private copy(from: Int32Array, to: Int32Array): void {
    for (let block = 0; block < this.product.blocks.count; block++) to[block] = from[block]!;
  }
}

const order = (a: Int32Array, b: Int32Array, count: number): number => {
  for (let block = 0; block < count; block++) if (a[block] !== b[block]) return a[block]! - b[block]!;
  return 0;
};

/** What is written, or what a permutation would have written in its place. */
const show = (effects: readonly Effect[], permutation: Permutation | null): string =>
  writtenBy(effects)
    .map((pair) => (permutation === null ? pair : permutation.pair(...pair)).join(":"))
    .sort()
    .join(" ");

const showFindings = (findings: readonly Finding[]): string =>
  findings
    .map(({ property, type }) => `${property} ${type}`)
    .sort()
    .join(", ");
