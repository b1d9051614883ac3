/**
 * Sweeps: every state that a setting can reach, layer by layer, and nothing kept of them but that they have been seen. What
 * happens is learnt by the plain kernel where it happens first, so findings and coverage need no look at any state again;
 * where something breaks, whoever wants its schedule looks for it with a {@link Search}.
 */
import type { Finding, PropertyId } from "../../model/index.ts";
import type { Excursions } from "../checker/excursions.ts";
import type { SearchProgress, SearchResult } from "../checker/result.ts";
import type { Space } from "../checker/space.ts";
import { mostBlocks } from "../engine/blocks.ts";
import { type Answer, partly } from "../progress.ts";
import {
  type Checkpoint,
  describeSearch,
  meaningsOf,
  recall,
  restoredLayout,
  savedLayout,
} from "./checkpoint.ts";
import { alone, type Crew, mostRows } from "./crew.ts";
import { block } from "./expander.ts";
import { Frontier } from "./frontier.ts";
import { Headway } from "./headway.ts";
import { type EarliestBreak, Heard } from "./heard.ts";
import { hasRoom, type Layout, layoutFor, packInto, unpackFrom } from "./layout.ts";
import { Likes } from "./likes.ts";
import { sharedInts } from "./pairs.ts";
import { Parts } from "./parts.ts";
import { Settling } from "./settling.ts";
import { Situations } from "./situations.ts";
import { type Tables, tally } from "./tables.ts";
import { VisitedSet } from "./visited.ts";

/** As of a search, but for the ways to what breaks. */
export interface SweepResult extends Omit<SearchResult, "breaks"> {
  readonly breaks: ReadonlyMap<PropertyId, EarliestBreak>;
}

/** How a sweep begins. */
export interface SweepStart {
  /** Where an earlier one ended; also whether it is compact is as it was. */
  readonly from?: Checkpoint | undefined;
  /** Whether fingerprints are kept of states that have been seen, in the place of the states. */
  readonly compact?: boolean | undefined;
  /** On which a large sweep that leaves out orders has a further look at what happens late. */
  readonly excursions?: Excursions | null | undefined;
}

export interface SweepLimits {
  /** It ends with the layer in which there are more. */
  readonly maxStates?: number;
  /** It ends before the visited set and what waits would take more. */
  readonly maxBytes?: number;
}

export class Sweep {
  private readonly parts: Parts;
  private readonly situations: Situations;
  private readonly likes: Likes | null;
  private readonly settling: Settling | null;
  private readonly rows = sharedInts(1 << 18);
  private readonly cursor = sharedInts(1);
  private readonly heard = new Heard();
  /** The numbers of the parts of a state; beyond the parts that there are, 0. */
  private readonly numbers = new Int32Array(mostBlocks);
  private layout: Layout = layoutFor([1]);
  private visited: VisitedSet;
  private layer = new Frontier(this.layout.words);
  private next = new Frontier(this.layout.words);
  private depth = 0;
  private transitions = 0;
  private quiescent = 0;
  private roundSize = 1 << 8;
  private readonly headway = new Headway();

  constructor(
    private readonly space: Space,
    private readonly crew: Crew = alone(),
    { from, compact = false, excursions = null }: SweepStart = {},
  ) {
    const { blocks, product, symmetry, movers, setting } = space;
    this.parts = new Parts(blocks, setting);
    const hear = (findings: readonly Finding[]) => this.heard.hear(findings, this.depth + 1);
    this.situations = new Situations(product, blocks, this.parts, space.hasFaults, movers, hear);
    this.likes = symmetry === null ? null : new Likes(symmetry, this.parts);
    this.visited = new VisitedSet(this.layout, compact);
    this.settling = movers === null ? null : new Settling(movers, excursions);
    movers?.begin();
    if (from === undefined) this.begin();
    else this.goOnFrom(from);
  }

  private begin(): void {
    const { numbers, parts, space } = this;
    for (let part = 0; part < parts.count; part++) numbers[part] = parts.fold(part, space.start);
    this.learn(numbers);
    this.makeRoom();
    this.likes?.takeLeast(numbers);
    packInto(this.layout, numbers, this.rows, 0);
    this.visited.add(this.rows, 0);
    this.layer.add(this.rows, 1);
  }

  private goOnFrom(from: Checkpoint): void {
    recall(from.meanings, this.space.blocks, this.parts, this.likes);
    this.layout = restoredLayout(from.layout);
    const { words } = this.layout;
    this.visited = VisitedSet.from(this.layout, from.isCompact, from.bits, from.visited, from.states);
    this.layer = new Frontier(words);
    this.next = new Frontier(words);
    this.layer.add(from.layer, from.layer.length / words);
    this.next.add(from.next, from.next.length / words);
    this.depth = from.depth;
    this.transitions = from.transitions;
    this.quiescent = from.quiescent;
    for (const [finding, steps] of from.findings) this.heard.hear([finding], steps);
    this.makeRoom();
  }

  /** What is needed to go on in another process; `unreached` are the transitions of machines that were never taken. */
  checkpoint(unreached: readonly string[]): Checkpoint {
    const { space, visited, layer, next, depth, transitions, quiescent } = this;
    return {
      of: describeSearch(space.setting, space.properties, this.likes !== null),
      meanings: meaningsOf(space.blocks, this.parts, this.likes),
      layout: savedLayout(this.layout),
      ...{ depth, transitions, quiescent, unreached, states: visited.count },
      ...{ bits: visited.bits, isCompact: visited.isCompact },
      findings: this.heard.findings,
      ...{ visited: visited.table, layer: layer.rows, next: next.rows },
    };
  }

  /**
   * Sweeps, and yields the figures after every round; whoever answers `stop` ends it. Null where orders were left out that
   * make a difference after all, which is known now: then another sweep is to be done.
   */
  *run({
    maxStates = Number.POSITIVE_INFINITY,
    maxBytes = Number.POSITIVE_INFINITY,
  }: SweepLimits = {}): Generator<SearchProgress, SweepResult | null, Answer> {
    const { settling } = this;
    for (;;) {
      while (this.layer.length > 0) {
        if ((yield this.progress) === "stop") return this.result(false);
        if (this.bytesNeeded > maxBytes) return this.result(false);
        this.round(maxBytes);
      }
      const isLast = this.next.length === 0 || this.visited.count > maxStates;
      if (settling !== null && (isLast || settling.isDue(this.visited.count))) {
        const holds = yield* partly(settling.settle(this.visited.count, isLast), () => this.progress);
        if (holds === null) return this.result(false);
        if (!holds) return null;
      }
      if (this.next.length === 0) return this.result(true);
      // Whole layers, so that the figures are the same whoever has searched.
      if (this.visited.count > maxStates) return this.result(false);
      [this.layer, this.next] = [this.next, this.layer];
      this.depth++;
    }
  }

  private get sizes(): number[] {
    return Array.from({ length: this.parts.count }, (_, part) => this.parts.sizeOf(part));
  }

  private learn(numbers: Int32Array): void {
    const { likes } = this;
    likes?.learn(numbers);
    this.situations.learn(numbers, likes === null ? null : (next) => likes.learn(next));
  }

  /** Expands some states of the layer. */
  private round(maxBytes: number): void {
    const { layout, rows, cursor, crew } = this;
    const most = Math.min(this.roundSize, mostRows, Math.floor(rows.length / layout.words));
    const count = this.layer.take(rows, most);
    this.visited.makeRoomFor(this.leastRoom, maxBytes - this.waitingBytes);
    cursor[0] = 0;
    const room = Math.floor(this.visited.room / crew.workers);
    const harvests = crew.work({ tables: this.tables, rows, count, cursor, room });
    const done = Math.min(count, cursor[0]!);
    const unknown: Int32Array[] = [];
    for (const { found, counts, ...harvest } of harvests) {
      this.next.add(found, counts[tally.found]!);
      this.visited.count += counts[tally.found]!;
      this.transitions += counts[tally.transitions]!;
      for (const row of harvest.quiescent.subarray(0, counts[tally.quiescent]!)) this.rest(row);
      for (const row of harvest.unknown.subarray(0, counts[tally.unknown]!))
        unknown.push(rows.slice(row * layout.words, (row + 1) * layout.words));
    }
    this.headway.demand(unknown);
    if (unknown.length * 8 < done) this.roundSize = Math.min(mostRows, this.roundSize * 2);
    this.layer.putBack(rows, done, count);
    this.learnAll(unknown);
  }

  /** Learns what there is to know about states that were put aside, and puts them back. */
  private learnAll(unknown: readonly Int32Array[]): void {
    const { layout: before, numbers } = this;
    for (const row of unknown) {
      unpackFrom(before, row, 0, numbers);
      this.learn(numbers);
    }
    this.makeRoom();
    const { layout, rows } = this;
    const most = Math.floor(rows.length / layout.words);
    for (let from = 0; from < unknown.length; from += most) {
      const some = unknown.slice(from, from + most);
      for (const [at, row] of some.entries()) {
        unpackFrom(before, row, 0, numbers);
        packInto(layout, numbers, rows, at * layout.words);
      }
      this.layer.putBack(rows, 0, some.length);
    }
  }

  private rest(row: number): void {
    this.quiescent++;
    unpackFrom(this.layout, this.rows, row * this.layout.words, this.numbers);
    const vector = this.situations.unfold(this.numbers);
    this.heard.hear(this.space.product.quiescenceOf(vector), this.depth);
  }

  /** Makes room for all numbers that there are. */
  private makeRoom(): void {
    this.parts.update();
    this.likes?.close();
    const { sizes, layout: before } = this;
    this.situations.lookups.makeRoom(sizes);
    this.likes?.makeRoom(sizes);
    if (hasRoom(before, sizes)) return;
    const likely = sizes.map((_, part) => this.parts.likelySizeOf(part));
    this.layout = layoutFor(sizes, likely);
    this.layer.layOut(before, this.layout);
    this.next.layOut(before, this.layout);
    this.visited.layOut(this.layout);
  }

  private get tables(): Tables {
    const { situations, likes, visited, layout } = this;
    return {
      layout,
      code: situations.code.ints,
      branches: situations.branches.ints,
      roots: Array.from({ length: this.parts.count }, (_, part) => situations.rootsOf(part).ints),
      lookupStarts: situations.lookups.begins,
      lookups: situations.lookups.ints,
      effects: situations.effects.map.ints,
      likes: likes?.tables ?? null,
      inOneOrder: this.space.movers !== null,
      mostEdges: situations.mostEdges,
      isCompact: visited.isCompact,
      visited: visited.table,
      bits: visited.bits,
    };
  }

  /** Bytes that the next round may take. */
  private get bytesNeeded(): number {
    return this.visited.memoryWith(this.leastRoom) + this.waitingBytes;
  }

  /** New states that there must be room for, so that every worker gets some work done. */
  private get leastRoom(): number {
    return 2 * this.crew.workers * block * this.situations.mostEdges;
  }

  private get waitingBytes(): number {
    return 4 * this.layout.words * (this.layer.length + this.next.length);
  }

  private get progress(): SearchProgress {
    const { transitions, depth } = this;
    return { states: this.visited.count, transitions, depth, queue: this.layer.length + this.next.length };
  }

  private result(complete: boolean): SweepResult {
    const { quiescent, heard, visited, space } = this;
    const { breaks, started } = heard;
    const shown = new Set([...heard.shown, ...(space.movers?.shown ?? [])]);
    const memory = visited.memory + this.waitingBytes;
    return {
      ...this.progress,
      complete,
      quiescent,
      breaks,
      shown,
      started,
      missOdds: visited.missOdds,
      memory,
    };
  }
}
