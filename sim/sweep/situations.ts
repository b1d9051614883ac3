/**
 * Situations: what the processes of one part can do next, learnt from the product once for each number of the part and of
 * what all share, and written down as integers. Where it hangs on a column of another part as well, a decision stands
 * before it. Before either stand the two numbers that it is about.
 *
 * - a situation: how many of its edges are calls; how many edges; for each edge the number of what all share afterwards,
 *   that of the part, how many other parts change, and for each of these its number and that of the effect on it
 * - a decision: -1 less the part that decides; the column's number among those looked up; how many values have a place;
 *   for each value where to go on, or 0
 */
import type { Finding } from "../../model/index.ts";
import type { Blocks } from "../engine/blocks.ts";
import type { Moves, Note, Product } from "../engine/product.ts";
import { NumberRows } from "./number-rows.ts";
import { Ints, offsetAt, PairIndex } from "./pairs.ts";
import { PartEffects } from "./part-effects.ts";
import { type Parts, shared } from "./parts.ts";

/** Is told what an edge tells about the properties, the first time that it is taken in some situation. */
export type Hear = (findings: readonly Finding[]) => void;

export class Situations {
  readonly code = new Ints();
  readonly effects: PartEffects;
  /** The columns of other parts that decide. */
  readonly lookups = new NumberRows();
  /** The most edges that a state can have. */
  mostEdges = 0;
  private readonly roots: PairIndex[] = [];
  private readonly most: number[] = [];
  private readonly lookupOf = new Map<number, number>();
  private readonly columns: number[] = [];
  /** For each part, and each number of what was learnt, the columns of other parts that decided it. */
  private readonly foreign: (readonly number[] | undefined)[][] = [];
  private readonly processParts: number[] = [];
  private readonly vector: Int32Array;
  private readonly next: Int32Array;
  private readonly draft: number[] = [];
  private readonly elsewhere: number[] = [];

  constructor(
    private readonly product: Product,
    private readonly blocks: Blocks,
    private readonly parts: Parts,
    private readonly hasFaults: boolean,
    private readonly hear: Hear,
    mostBlocks: number,
  ) {
    this.code.reserve(1); // nothing is at 0
    this.vector = new Int32Array(mostBlocks);
    this.next = new Int32Array(mostBlocks);
    this.effects = new PartEffects(parts, mostBlocks);
  }

  /** For the numbers of what all share and of a part, where the situation stands in the code. */
  rootsOf(part: number): PairIndex {
    while (this.roots.length <= part) {
      this.roots.push(new PairIndex());
      this.most.push(0);
    }
    return this.roots[part]!;
  }

  /** Learns everything about a state that is not known yet; `visit` is told of the states that its edges lead to. */
  learn(numbers: Int32Array, visit: ((numbers: Int32Array) => void) | null): void {
    this.unfold(numbers);
    // Parts may come into being on the way.
    for (let part = 1; part < this.parts.count; part++) {
      const offset = this.find(part, numbers);
      this.follow(part, offset > 0 ? offset : this.write(part, numbers), numbers, visit);
    }
  }

  /** The block numbers of a state; valid until the next one is asked for. */
  unfold(numbers: Int32Array): Int32Array {
    for (let part = 0; part < this.parts.count; part++) this.parts.unfold(part, numbers[part]!, this.vector);
    return this.vector;
  }

  private follow(
    part: number,
    offset: number,
    numbers: Int32Array,
    visit: ((numbers: Int32Array) => void) | null,
  ): void {
    const { next } = this;
    const { ints } = this.code;
    let here = offset + 2;
    for (let edges = ints[offset + 1]!; edges > 0; edges--) {
      const end = here + 3 + 2 * ints[here + 2]!;
      if (visit !== null) this.copy(numbers, next);
      next[shared] = ints[here]!;
      next[part] = ints[here + 1]!;
      for (let at = here + 3; at < end; at += 2)
        next[ints[at]!] = this.effects.on(ints[at + 1]!, numbers[ints[at]!]!);
      visit?.(next);
      here = end;
    }
  }

  private copy(from: Int32Array, to: Int32Array): void {
    for (let part = 0; part < this.parts.count; part++) to[part] = from[part]!;
  }

  /** Where a situation stands, or 0 where it is not known. */
  private find(part: number, numbers: Int32Array): number {
    const { ints } = this.code;
    let offset = offsetAt(this.rootsOf(part).ints, ints, numbers[shared]!, numbers[part]!);
    while (offset > 0 && ints[offset]! < 0) {
      const value = this.lookUp(ints[offset + 1]!, numbers[-1 - ints[offset]!]!);
      offset = value < ints[offset + 2]! ? ints[offset + 3 + value]! : 0;
    }
    return offset;
  }

  private write(part: number, numbers: Int32Array): number {
    const { product, vector, draft, elsewhere } = this;
    elsewhere.length = 0;
    draft.length = 0;
    draft.push(numbers[shared]!, numbers[part]!, 0, 0);
    const processes = product.processesIn(vector);
    for (const process of processes)
      if (this.partOfProcess(process) === part) this.take(part, numbers, product.callsOf(process, vector));
    draft[2] = draft[3]!;
    if (this.hasFaults)
      for (const process of processes)
        if (this.partOfProcess(process) === part) this.take(part, numbers, product.faultsTo(process, vector));
    const count = draft[3]!;
    if (count > this.most[part]!) {
      this.most[part] = count;
      this.mostEdges = this.most.reduce((sum, one) => sum + one, 0);
    }
    const offset = this.code.append(draft) + 2;
    this.connect(part, numbers, offset);
    return offset;
  }

  private take(part: number, numbers: Int32Array, moves: Moves): void {
    for (const column of this.foreignTo(part, moves)) this.elsewhere.push(column);
    for (let at = 0; at < moves.edges.length; at++) {
      const edge = moves.edges[at]!;
      const note = edge.note === null ? null : edge.note.at(this.vector);
      if (note !== null) {
        for (const column of this.foreignTo(part, note)) this.elsewhere.push(column);
        if (note.findings.length > 0) this.hear(note.findings);
      }
      edge.taken = true;
      this.encode(part, numbers, this.effects.of(moves, at, note));
      this.draft[3]!++;
    }
  }

  private encode(part: number, numbers: Int32Array, pairs: Int32Array): void {
    const { draft, effects } = this;
    const start = draft.push(numbers[shared]!, numbers[part]!, 0) - 3;
    for (let at = 0; at < pairs.length; at += 2) {
      const target = pairs[at]!;
      const effect = pairs[at + 1]!;
      if (target === shared) draft[start] = effects.on(effect, numbers[shared]!);
      else if (target === part) draft[start + 1] = effects.on(effect, numbers[part]!);
      else {
        draft[start + 2]!++;
        draft.push(target, effect);
      }
    }
  }

  /** Writes down the decisions that lead to a situation. */
  private connect(part: number, numbers: Int32Array, end: number): void {
    const { code } = this;
    const root = this.rootsOf(part);
    const [common, own] = [numbers[shared]!, numbers[part]!];
    let offset = offsetAt(root.ints, code.ints, common, own);
    // Where it stands what comes next: in the decision before, or in the index.
    let place = 0;
    const lead = (target: number) => {
      if (place > 0) code.ints[place] = target;
      else root.set(code.ints, common, own, target);
    };
    const { elsewhere } = this;
    for (let at = 0; at < elsewhere.length; at++) {
      const column = elsewhere[at]!;
      if (elsewhere.indexOf(column) < at) continue;
      const other = this.partOfColumn(column);
      const lookup = this.lookupFor(column);
      const value = this.lookUp(lookup, numbers[other]!);
      if (offset > 0 && (code.ints[offset] !== -1 - other || code.ints[offset + 1] !== lookup))
        throw new Error("internal: what a situation hangs on is not the same every time");
      const size = offset > 0 ? code.ints[offset + 2]! : 0;
      if (value >= size) {
        const wider = Math.max(value + 2, 2 * size);
        const before = code.ints.slice(offset + 3, offset + 3 + size);
        const start = code.append([common, own, -1 - other, lookup, wider]) + 2;
        code.reserve(wider);
        code.ints.set(before, start + 3);
        lead(start);
        offset = start;
      }
      place = offset + 3 + value;
      offset = code.ints[place]!;
    }
    lead(end);
  }

  /** The columns among those that were read that belong to other parts. */
  private foreignTo(part: number, { id, reads }: Moves | Note): readonly number[] {
    this.foreign[part] ??= [];
    const lists = this.foreign[part]!;
    const known = lists[id];
    if (known !== undefined) return known;
    while (lists.length < id) lists.push(undefined); // a list without holes is faster
    const found = reads.filter((column) => ![shared, part].includes(this.partOfColumn(column)));
    lists[id] = found;
    return found;
  }

  private partOfProcess(process: number): number {
    const known = this.processParts[process];
    if (known !== undefined) return known;
    const part = this.parts.partOf(this.blocks.blockNamed(this.product.nameOf(process)));
    this.processParts[process] = part;
    return part;
  }

  private lookupFor(column: number): number {
    const known = this.lookupOf.get(column);
    if (known !== undefined) return known;
    this.lookupOf.set(column, this.columns.length);
    this.lookups.add(this.partOfColumn(column));
    return this.columns.push(column) - 1;
  }

  private lookUp(lookup: number, number: number): number {
    return this.lookups.get(lookup, number, () => this.parts.columnIn(this.columns[lookup]!, number));
  }

  private partOfColumn(column: number): number {
    return this.parts.partOf(this.blocks.blockOf(column));
  }
}
