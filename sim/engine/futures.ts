/**
 * What a process may still touch while another one stands still, judged by everything that has been learnt so far: the
 * steps that it was seen to take from where it is, those that these make possible, and so on. A step that was only ever
 * possible with other values in its columns than they can have while the other one stands still is left out: so whoever
 * waits for a lock touches nothing that the lock guards, as long as its holder stands still.
 *
 * What has not been learnt yet is taken not to happen. That is put right afterwards: a search that relied on a future which
 * has turned out to be larger is done again (`ample.ts`).
 */
import { stateCell } from "../kernel/cells.ts";
import type { Value } from "../kernel/index.ts";
import { type Access, ColumnSet, include, noAccess } from "./access.ts";
import type { Blocks } from "./blocks.ts";
import type { Effect } from "./effect.ts";
import type { Memo } from "./memo.ts";
import type { Moves, Note, Product, Witness } from "./product.ts";

/** What a process was seen to be able to do in one state of its machine. */
interface Situation {
  readonly moves: Moves;
  /** Columns of others that it looked at, and their value numbers. */
  readonly foreign: readonly (readonly [number, number])[];
}

/** A column gets a value; from any, where `from` is null. */
interface Assignment {
  readonly from: number | null;
  readonly to: number;
  readonly writer: number;
}

/** What a process may do while another one stands still. */
export interface Future {
  /** Equal futures have equal numbers. */
  readonly id: number;
  /** Every step that it may take. */
  readonly moves: readonly Moves[];
  /** What these touch themselves, and what the observers do on their account. */
  readonly steps: Access;
  readonly notes: Access;
  /** Where it may come to what it was never seen to find: all that it looks at there. */
  readonly unknown: ColumnSet;
}

const listIn = <K, V>(map: Map<K, V[]>, key: K): V[] => {
  const known = map.get(key);
  if (known !== undefined) return known;
  const fresh: V[] = [];
  map.set(key, fresh);
  return fresh;
};

export class Futures implements Witness {
  /** Goes up with everything that is learnt. */
  version = 0;
  /** For each process, by the value number of its machine's state. */
  private readonly situations: Map<number, Situation[]>[] = [];
  private readonly assignments = new Map<number, Assignment[]>();
  /** Columns that can keep a process waiting, or a thing from happening again. */
  private readonly gates = new Set<number>();
  /** What the observers were seen to read and write on account of some events. */
  private readonly notes = new Map<Memo<Note>, Access>();
  private readonly futures = new Map<string, Future>();
  private readonly accesses: Access[] = [];
  private readonly reachable = new Map<string, ReadonlySet<number>>();
  private readonly stateColumns: number[] = [];
  private readonly owners = new Map<number, number>();

  constructor(
    private readonly product: Product,
    private readonly blocks: Blocks,
  ) {}

  moves(vector: Int32Array, moves: Moves): void {
    this.version++;
    const { process, edges, reads } = moves;
    const state = this.stateColumnOf(process);
    const home = this.blocks.blockOf(state);
    const foreign = reads
      .filter((column) => this.blocks.blockOf(column) !== home)
      .map((column): [number, number] => [column, this.valueIn(vector, column)]);
    for (const [column] of foreign)
      if (edges.length === 0 || this.happensOnce(column)) this.gates.add(column);
    this.situations[process] ??= new Map();
    const known = this.situations[process] as Map<number, Situation[]>;
    listIn(known, this.valueIn(vector, state)).push({ moves, foreign });
    for (const { effects } of edges) this.assign(effects, process, vector, reads);
  }

  note(_events: Value, vector: Int32Array, note: Note, process: number, memo: Memo<Note>): void {
    this.version++;
    const access = this.notes.get(memo) ?? noAccess();
    this.notes.set(memo, access);
    include(access, this.accessOf(note.reads, note.effects, vector));
    this.assign(note.effects, process, vector, note.reads);
  }

  rest(): void {}

  /** What a step reads, and what it changes: to write what is there already is to change nothing. */
  accessOf(reads: readonly number[], effects: readonly Effect[], vector: Int32Array): Access {
    const access = noAccess();
    access.reads.addAll(reads);
    for (const { pairs } of effects)
      for (let at = 0; at < pairs.length; at += 2) {
        const [column, value] = [pairs[at]!, pairs[at + 1]!];
        if (!reads.includes(column) || this.valueIn(vector, column) !== value) access.writes.add(column);
      }
    return access;
  }

  accessOfMoves({ id, reads, edges, vector }: Moves): Access {
    const known = this.accesses[id];
    if (known !== undefined) return known;
    const access = this.accessOf(
      reads,
      edges.flatMap(({ effects }) => effects),
      vector,
    );
    this.accesses[id] = access;
    return access;
  }

  /** What `process` may do from a state on while `still` does not move; `view` gives the value number of a column. */
  of(process: number, still: number, view: (column: number) => number): Future {
    const future = { moves: [] as Moves[], steps: noAccess(), notes: noAccess(), unknown: new ColumnSet() };
    const seen = new Set<number>();
    const open: (readonly [number, number])[] = [];
    const visit = (who: number, state: number): void => {
      const key = who * 0x1000000 + state;
      if (who === still || seen.has(key)) return;
      seen.add(key);
      open.push([who, state]);
    };
    if (process === still) this.lookForFaults(process, view, future);
    else visit(process, view(this.stateColumnOf(process)));
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const [who, state] = next;
      const situations = this.situations[who]?.get(state) ?? [];
      for (const situation of situations)
        if (this.isPossible(situation, still, view)) this.take(situation, future, who, visit);
      this.lookForUnknown(who, situations, still, view, future.unknown);
    }
    return this.intern(future);
  }

  private intern(future: Omit<Future, "id">): Future {
    const { moves, notes, unknown } = future;
    const key = [
      ...moves.map(({ id }) => id).sort((a, b) => a - b),
      ...[notes.reads, notes.writes, unknown].map((set) => `|${set.columns()}`),
    ].join(" ");
    const known = this.futures.get(key);
    if (known !== undefined) return known;
    const fresh = { ...future, id: this.futures.size };
    this.futures.set(key, fresh);
    return fresh;
  }

  /** Nobody is started twice under one name. */
  private happensOnce(column: number): boolean {
    return this.blocks.columns.nameOf(column).startsWith("started/");
  }

  private stateColumnOf(process: number): number {
    for (let next = this.stateColumns.length; next < this.product.processCount; next++) {
      const column = this.blocks.columnOf(stateCell(this.product.nameOf(next)).name);
      this.stateColumns.push(column);
      this.owners.set(column, next);
    }
    return this.stateColumns[process]!;
  }

  /** Whoever waits does nothing, and neither does who cannot come to be where this could be done. */
  private isPossible(
    { moves, foreign }: Situation,
    still: number,
    view: (column: number) => number,
  ): boolean {
    if (moves.edges.length === 0) return false;
    return foreign.every(
      ([column, value]) => !this.gates.has(column) || this.valuesFrom(column, view(column), still).has(value),
    );
  }

  private take(
    { moves }: Situation,
    future: { moves: Moves[]; steps: Access; notes: Access },
    who: number,
    visit: (who: number, state: number) => void,
  ): void {
    future.moves.push(moves);
    include(future.steps, this.accessOfMoves(moves));
    for (const { effects, note } of moves.edges) {
      const noted = note === null ? undefined : this.notes.get(note);
      if (noted !== undefined) include(future.notes, noted);
      for (const { pairs } of effects)
        for (let at = 0; at < pairs.length; at += 2) {
          const other = this.owners.get(pairs[at]!);
          // Itself, or whoever it starts.
          if (other !== undefined && (other === who || pairs[at + 1] !== 0)) visit(other, pairs[at + 1]!);
        }
    }
  }

  /** What may hit a process that does not move. */
  private lookForFaults(
    process: number,
    view: (column: number) => number,
    future: { readonly moves: Moves[] },
  ): void {
    for (const situation of this.situations[process]?.get(view(this.stateColumnOf(process))) ?? [])
      if (situation.moves.kind === "faults" && this.isPossible(situation, process, view))
        future.moves.push(situation.moves);
  }

  /**
   * What it looks at may come to have values that were never seen there. Then it is not known what it would do; but only who
   * writes to something that it looks at can bring that about, or keep it from happening. What nobody else writes to counts
   * as part of where it is.
   */
  private lookForUnknown(
    who: number,
    situations: readonly Situation[],
    still: number,
    view: (column: number) => number,
    unknown: ColumnSet,
  ): void {
    const known = new Map<number, Set<number>>();
    for (const { moves } of situations)
      for (const column of moves.reads) {
        const values = known.get(column) ?? new Set();
        known.set(column, values.add(this.valueIn(moves.vector, column)));
      }
    const isNew = ([column, values]: readonly [number, ReadonlySet<number>]): boolean =>
      (this.assignments.get(column) ?? []).some(({ writer }) => writer !== who) &&
      [...this.valuesFrom(column, view(column), still)].some((value) => !values.has(value));
    if ([...known].some(isNew)) unknown.addAll(known.keys());
  }

  private assign(
    effects: readonly Effect[],
    writer: number,
    vector: Int32Array,
    reads: readonly number[],
  ): void {
    for (const { pairs } of effects)
      for (let at = 0; at < pairs.length; at += 2) {
        const [column, to] = [pairs[at]!, pairs[at + 1]!];
        const from = reads.includes(column) ? this.valueIn(vector, column) : null;
        const known = listIn(this.assignments, column);
        if (known.some((one) => one.from === from && one.to === to && one.writer === writer)) continue;
        known.push({ from, to, writer });
        this.reachable.clear();
      }
  }

  private valueIn(vector: Int32Array, column: number): number {
    return this.blocks.numberIn(column, vector[this.blocks.blockOf(column)] ?? 0);
  }

  /** The values that a column can come to have while one process does not move. */
  private valuesFrom(column: number, number: number, still: number): ReadonlySet<number> {
    const key = `${column} ${number} ${still}`;
    const known = this.reachable.get(key);
    if (known !== undefined) return known;
    const values = new Set([number]);
    // A set grows while it is gone through, and what is added is gone through as well.
    for (const value of values)
      for (const { from, to, writer } of this.assignments.get(column) ?? [])
        if (writer !== still && (from === null || from === value)) values.add(to);
    this.reachable.set(key, values);
    return values;
  }
}
