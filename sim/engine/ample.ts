/**
 * Partial-order reduction: where nothing that others can do before a process moves has to do with what it does next, it may
 * as well move at once, and the other orders need not be tried. Observers are part of every step, so whatever a property
 * can see counts as well.
 *
 * The futures of the others are judged by what has been learnt (`futures.ts`). What was relied on is kept, and looked at
 * again when the search is over.
 */
import { conflict, conflicts } from "./access.ts";
import type { Blocks } from "./blocks.ts";
import { Commutation } from "./commutation.ts";
import type { Future, Futures } from "./futures.ts";
import { Memo, Nondeterminism } from "./memo.ts";
import type { Moves, Note, Product } from "./product.ts";

interface Reliance {
  readonly process: number;
  readonly still: number;
  readonly vector: Int32Array;
  readonly future: Future;
}

export class Ample {
  private memos: Memo<Future>[][] = [];
  private reliances: Reliance[] = [];
  private version = -1;
  private readonly commutation: Commutation;
  private readonly freeMoves: Uint8Array[] = [];
  private readonly freeNotes: Uint8Array[] = [];
  private readonly suspects: number[] = [];

  constructor(
    private readonly product: Product,
    private readonly blocks: Blocks,
    private readonly futures: Futures,
  ) {
    this.commutation = new Commutation(product, blocks);
  }

  /** Forgets what was worked out with less knowledge. */
  refresh(): void {
    if (this.version === this.futures.version) return;
    this.version = this.futures.version;
    this.memos = [];
  }

  /** A process whose steps alone need be tried in this state, or -1. */
  choose(vector: Int32Array, processes: readonly number[]): number {
    // What all of them can do now is to be known before anybody's future is judged.
    for (const process of processes) {
      this.product.callsOf(process, vector);
      this.product.faultsTo(process, vector);
    }
    for (const process of processes) {
      // What may strike a process has to do with whatever it does.
      if (!this.canMove(process, vector) || this.canBeStruck(process, vector)) continue;
      if (this.isAlone(process, this.product.callsOf(process, vector), vector, processes)) return process;
    }
    return -1;
  }

  /** Whether a process has a step to take at all. */
  canMove(process: number, vector: Int32Array): boolean {
    return this.product.callsOf(process, vector).edges.length > 0;
  }

  /** Whether everything that was relied on is still so with all that has been learnt since. */
  isConfirmed(): boolean {
    return this.reliances.every(
      ({ process, still, vector, future }) => this.futures.of(process, still, this.viewOf(vector)) === future,
    );
  }

  /** Starts again, with what is known now. */
  restart(): void {
    this.reliances = [];
    this.memos = [];
  }

  private isAlone(process: number, moves: Moves, vector: Int32Array, processes: readonly number[]): boolean {
    // Who stood in the way last time is likely to do so again.
    const suspect = this.suspects[process] ?? -1;
    if (suspect >= 0 && suspect !== process && processes.includes(suspect))
      if (!this.isFree(moves, vector, this.futureOf(suspect, process, vector))) return false;
    for (const other of processes) {
      if (other === process || other === suspect) continue;
      if (this.isFree(moves, vector, this.futureOf(other, process, vector))) continue;
      this.suspects[process] = other;
      return false;
    }
    return true;
  }

  /** Whether steps, and what the observers make of them, have nothing to do with a future. */
  private isFree(moves: Moves, vector: Int32Array, future: Future): boolean {
    if (!this.judge(this.freeMoves, moves.id, future, () => this.isFreeOf(moves, future))) return false;
    for (const { note } of moves.edges) {
      if (note === null) continue;
      const noted = note.at(vector);
      if (!this.judge(this.freeNotes, noted.id, future, () => this.isUnseenBy(noted, vector, future)))
        return false;
    }
    return true;
  }

  /** A judgement on something and a future, remembered by their numbers. */
  private judge(tables: Uint8Array[], id: number, { id: future }: Future, decide: () => boolean): boolean {
    let table = tables[id];
    if (table === undefined || future >= table.length) {
      const larger = new Uint8Array(Math.max(64, 2 * future));
      if (table !== undefined) larger.set(table);
      table = larger;
      tables[id] = table;
    }
    const known = table[future]!;
    if (known !== 0) return known === 1;
    const found = decide();
    table[future] = found ? 1 : 2;
    return found;
  }

  private isFreeOf(moves: Moves, future: Future): boolean {
    const here = this.futures.accessOfMoves(moves);
    if (conflict(here, future.notes) || here.writes.meets(future.unknown)) return false;
    if (!conflict(here, future.steps)) return true;
    return future.moves.every((others) => {
      const there = this.futures.accessOfMoves(others);
      if (!conflict(here, there)) return true;
      return this.commutation.holds(moves, others, () => conflicts(here, there));
    });
  }

  private isUnseenBy(note: Note, vector: Int32Array, future: Future): boolean {
    const here = this.futures.accessOf(note.reads, note.effects, vector);
    return (
      !conflict(here, future.notes) && !conflict(here, future.steps) && !here.writes.meets(future.unknown)
    );
  }

  /** Whether a fault can hit a process, now or before it moves. */
  private canBeStruck(process: number, vector: Int32Array): boolean {
    if (this.product.faultsTo(process, vector).edges.length > 0) return true;
    const { moves } = this.futureOf(process, process, vector);
    return moves.some(({ kind }) => kind === "faults");
  }

  private futureOf(process: number, still: number, vector: Int32Array): Future {
    const known = this.memos[still]?.[process];
    if (known === undefined) return this.remember(process, still).at(vector);
    try {
      return known.at(vector);
    } catch (error) {
      if (!(error instanceof Nondeterminism)) throw error;
      // More is known by now, and futures are judged in another way.
      return this.remember(process, still).at(vector);
    }
  }

  private remember(process: number, still: number): Memo<Future> {
    const memo = new Memo<Future>(
      this.blocks,
      -1,
      (_, __, recorder) => this.futures.of(process, still, (column) => recorder.column(column)),
      (state, future) => {
        this.reliances.push({ process, still, vector: state.slice(0, this.blocks.count), future });
      },
    );
    this.memos[still] ??= [];
    (this.memos[still] as Memo<Future>[])[process] = memo;
    return memo;
  }

  private viewOf(vector: Int32Array): (column: number) => number {
    return (column) => this.blocks.numberIn(column, vector[this.blocks.blockOf(column)] ?? 0);
  }
}
