/**
 * Situations: what the processes of one part can do next, learnt from the product and written down as integers. A part's
 * number, and the columns of other parts that were read, decide which one it is; so what all share is looked at only where it
 * matters.
 */
import type { Finding } from "../../model/index.ts";
import { type Blocks, mostBlocks } from "../engine/blocks.ts";
import type { Movers } from "../engine/movers.ts";
import type { Moves, Note, Product } from "../engine/product.ts";
import { calls, edges, longestChain, moverAfter, moverTag } from "./code.ts";
import { Members } from "./members.ts";
import { NumberRows } from "./number-rows.ts";
import { Ints, PairMap } from "./pairs.ts";
import { PartEffects } from "./part-effects.ts";
import type { Parts } from "./parts.ts";

/** Is told what an edge tells about the properties, the first time that it is taken in some situation. */
export type Hear = (findings: readonly Finding[]) => void;

/** Values of a column that have a place in a decision. */
const mostPlaces = 64;

export class Situations {
  readonly code = new Ints();
  readonly effects: PartEffects;
  /** From decisions on columns with many values, and a value, to where to go on. */
  readonly branches = new PairMap();
  /** The columns of other parts that decide. */
  readonly lookups = new NumberRows();
  /** The most edges that a state can have. */
  mostEdges = 0;
  private readonly roots: Ints[] = [];
  private readonly most: number[] = [];
  private readonly lookupOf = new Map<number, number>();
  private readonly columns: number[] = [];
  /** For each part, and each number of what was learnt, the columns of other parts that decided it. */
  private readonly foreign: (readonly number[] | undefined)[][] = [];
  private readonly members: Members;
  private readonly vector = new Int32Array(mostBlocks);
  private readonly next = new Int32Array(mostBlocks);
  private readonly draft: number[] = [];
  private readonly elsewhere: number[] = [];

  constructor(
    private readonly product: Product,
    private readonly blocks: Blocks,
    private readonly parts: Parts,
    private readonly hasFaults: boolean,
    /** Null where every order is tried. */
    private readonly movers: Movers | null,
    private readonly hear: Hear,
  ) {
    this.code.reserve(1); // nothing is at 0
    this.effects = new PartEffects(parts);
    this.members = new Members(product, blocks, parts);
  }

  /** For each number of a part, where the decisions on it begin, or its only situation stands. */
  rootsOf(part: number): Ints {
    while (this.roots.length <= part) {
      this.roots.push(new Ints());
      this.most.push(0);
    }
    return this.roots[part]!;
  }

  /** Learns everything about a state that is not known yet; `visit` is told of the states that its edges lead to. */
  learn(numbers: Int32Array, visit: ((numbers: Int32Array) => void) | null): void {
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
    let here = offset + 2;
    for (let left = this.code.ints[offset + edges]!; left > 0; left--) {
      this.copy(numbers, next);
      const tag = this.code.ints[here + 1]!;
      here = this.take(part, here, next);
      if (this.movers !== null) this.goOn(part, tag, next);
      visit?.(next);
    }
  }

  /** Takes the edge that stands there; returns where the one behind it stands. */
  private take(part: number, edge: number, numbers: Int32Array): number {
    const { ints } = this.code;
    const end = edge + 3 + 2 * ints[edge + 2]!;
    for (let at = edge + 3; at < end; at += 2)
      numbers[ints[at]!] = this.effects.on(ints[at + 1]!, numbers[ints[at]!]!);
    numbers[part] = ints[edge]!;
    return end;
  }

  /** Takes what a process may do at once after an edge of its own, and learns it. */
  private goOn(part: number, tag: number, numbers: Int32Array): void {
    for (let steps = 0; steps < longestChain; steps++) {
      const found = this.find(part, numbers);
      const edge = moverAfter(this.code.ints, tag, found > 0 ? found : this.write(part, numbers));
      if (edge === 0) return;
      this.take(part, edge, numbers);
    }
  }

  private copy(from: Int32Array, to: Int32Array): void {
    for (let part = 0; part < this.parts.count; part++) to[part] = from[part]!;
  }

  /** Where a situation stands, or 0 where it is not known. */
  private find(part: number, numbers: Int32Array): number {
    const { ints } = this.code;
    let offset = this.rootsOf(part).at(numbers[part]!);
    while (offset > 0 && ints[offset]! < 0)
      offset = this.branch(offset, this.lookUp(ints[offset + 1]!, numbers[-1 - ints[offset]!]!));
    return offset;
  }

  /** Where a decision leads for a value, or 0. */
  private branch(decision: number, value: number): number {
    const { ints } = this.code;
    const places = ints[decision + 2]!;
    if (places === 0) return Math.max(0, this.branches.get(decision, value));
    return value < places ? ints[decision + 3 + value]! : 0;
  }

  private write(part: number, numbers: Int32Array): number {
    const { product, vector, draft, elsewhere } = this;
    this.unfold(numbers);
    elsewhere.length = 0;
    draft.length = 0;
    draft.push(0, 0);
    const processes = this.members.of(part, vector);
    for (const process of processes) this.takeCalls(part, numbers, process);
    draft[calls] = draft[edges]!;
    if (this.hasFaults)
      for (const process of processes) this.takeAll(part, numbers, product.faultsTo(process, vector));
    const count = draft[edges]!;
    if (count > this.most[part]!) {
      this.most[part] = count;
      this.mostEdges = this.most.reduce((sum, one) => sum + one, 0);
    }
    const offset = this.code.append(draft);
    this.connect(part, numbers, offset);
    return offset;
  }

  private takeCalls(part: number, numbers: Int32Array, process: number): void {
    const { movers, vector } = this;
    if (movers === null) return this.takeAll(part, numbers, this.product.callsOf(process, vector));
    const outlook = movers.at(process, vector);
    for (const column of outlook.reads) if (this.partOfColumn(column) !== part) this.elsewhere.push(column);
    const tag = moverTag(process) - Number(!movers.canGoOn(outlook));
    this.takeAll(part, numbers, outlook.moves, tag);
  }

  private takeAll(part: number, numbers: Int32Array, moves: Moves, tag = moverTag(moves.process) - 1): void {
    for (const column of this.foreignTo(part, moves)) this.elsewhere.push(column);
    for (let at = 0; at < moves.edges.length; at++) {
      const edge = moves.edges[at]!;
      const note = edge.note === null ? null : edge.note.at(this.vector);
      if (note !== null) {
        for (const column of this.foreignTo(part, note)) this.elsewhere.push(column);
        if (note.findings.length > 0) this.hear(note.findings);
      }
      edge.taken = true;
      this.encode(part, numbers, this.effects.of(moves, at, note), tag);
      this.draft[edges]!++;
    }
  }

  private encode(part: number, numbers: Int32Array, pairs: Int32Array, tag: number): void {
    const { draft, effects } = this;
    const start = draft.push(numbers[part]!, tag, 0) - 3;
    for (let at = 0; at < pairs.length; at += 2) {
      const target = pairs[at]!;
      const effect = pairs[at + 1]!;
      if (target === part) draft[start] = effects.on(effect, numbers[part]!);
      else {
        draft[start + 2]!++;
        draft.push(target, effect);
      }
    }
  }

  /** Writes down the decisions that lead to a situation. */
  private connect(part: number, numbers: Int32Array, end: number): void {
    const { code, elsewhere } = this;
    const root = this.rootsOf(part);
    let offset = root.at(numbers[part]!);
    // What leads there: the root, or a value of the decision before.
    let lead = (target: number): void => root.put(numbers[part]!, target);
    for (let at = 0; at < elsewhere.length; at++) {
      const column = elsewhere[at]!;
      if (elsewhere.indexOf(column) < at) continue;
      const other = this.partOfColumn(column);
      const lookup = this.lookupFor(column);
      const value = this.lookUp(lookup, numbers[other]!);
      if (offset > 0 && (code.ints[offset] !== -1 - other || code.ints[offset + 1] !== lookup))
        throw new Error("internal: what a situation hangs on is not the same every time");
      const decision = this.withPlaceFor(value, offset, [-1 - other, lookup]);
      if (decision !== offset) lead(decision);
      lead = (target) => {
        if (code.ints[decision + 2] === 0) this.branches.set(decision, value, target);
        else code.ints[decision + 3 + value] = target;
      };
      offset = this.branch(decision, value);
    }
    lead(end);
  }

  /** A decision (a new one, where there is none), or a wider one in its place, that has room for a value. */
  private withPlaceFor(value: number, decision: number, head: readonly [number, number]): number {
    const { code } = this;
    const places = decision === 0 ? -1 : code.ints[decision + 2]!;
    if (places === 0 || value < places) return decision;
    const wider = Math.max(2, value + 1, 2 * places);
    const start = code.append([...head, wider > mostPlaces ? 0 : wider]);
    if (wider <= mostPlaces) code.reserve(wider);
    for (let known = 0; known < places; known++) {
      const target = code.ints[decision + 3 + known]!;
      if (target === 0) continue;
      if (wider > mostPlaces) this.branches.set(start, known, target);
      else code.ints[start + 3 + known] = target;
    }
    return start;
  }

  /** The columns among those that were read that belong to other parts. */
  private foreignTo(part: number, { id, reads }: Moves | Note): readonly number[] {
    this.foreign[part] ??= [];
    const lists = this.foreign[part]!;
    const known = lists[id];
    if (known !== undefined) return known;
    while (lists.length < id) lists.push(undefined); // a list without holes is faster
    const found = reads.filter((column) => this.partOfColumn(column) !== part);
    lists[id] = found;
    return found;
  }

  private lookupFor(column: number): number {
    const known = this.lookupOf.get(column);
    if (known !== undefined) return known;
    this.lookupOf.set(column, this.columns.length);
    this.lookups.add(this.partOfColumn(column));
    return this.columns.push(column) - 1;
  }

  private lookUp(lookup: number, number: number): number {
    const known = this.lookups.at(lookup, number);
    if (known >= 0) return known;
    return this.lookups.keep(lookup, number, this.parts.columnIn(this.columns[lookup]!, number));
  }

  private partOfColumn(column: number): number {
    return this.parts.partOf(this.blocks.blockOf(column));
  }
}
