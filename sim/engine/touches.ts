/**
 * Who was seen to read and write which column, and under which locks. Two processes that touch the same column only under a
 * lock that one of them holds exclusively never do so at the same time.
 */
import type { Held } from "./held.ts";

/** Locks that were held whenever a process touched a column in one way. */
interface Guards {
  inAnyMode: number;
  exclusive: number;
  /** Whether it was not always looked which locks were held. */
  isUnlooked: boolean;
}

interface Touch {
  reads: Guards | null;
  writes: Guards | null;
}

const everything = -1;

export class Touches {
  /** Goes up with everything that makes a difference. */
  version = 0;
  /** For each column, by process. */
  private readonly touches: Map<number, Touch>[] = [];
  private readonly guarded = new Set<number>();

  /** `held`: the locks; null where nobody looked. */
  add(column: number, process: number, kind: "reads" | "writes", held: Held | null): void {
    this.touches[column] ??= new Map();
    const ofColumn = this.touches[column]!;
    const touch = ofColumn.get(process) ?? { reads: null, writes: null };
    ofColumn.set(process, touch);
    const before = touch[kind];
    const inAnyMode = (before?.inAnyMode ?? everything) & (held?.inAnyMode ?? everything);
    const exclusive = (before?.exclusive ?? everything) & (held?.exclusive ?? everything);
    const isUnlooked = (before?.isUnlooked ?? false) || held === null;
    const isSame =
      before?.inAnyMode === inAnyMode && before.exclusive === exclusive && before.isUnlooked === isUnlooked;
    if (isSame) return;
    this.version++;
    touch[kind] = { inAnyMode, exclusive, isUnlooked };
  }

  /**
   * The processes whose touches of a column can come about while another one is about to read or write it, holding locks
   * by itself alone. `reliable`: locks that exclude as they should.
   */
  rivals(column: number, process: number, isWrite: boolean, held: Held, reliable: number): number[] {
    const rivals: number[] = [];
    const { inAnyMode, exclusive } = held.alone;
    for (const [other, { reads, writes }] of this.touches[column] ?? []) {
      if (other === process) continue;
      const excludes = (guards: Guards | null): boolean =>
        guards === null ||
        (!guards.isUnlooked &&
          (((exclusive & guards.inAnyMode) | (inAnyMode & guards.exclusive)) & reliable) !== 0);
      if (!excludes(writes) || (isWrite && !excludes(reads))) rivals.push(other);
    }
    return rivals;
  }

  touchers(column: number): number[] {
    return [...(this.touches[column]?.keys() ?? [])];
  }

  /** Settles which columns may be guarded, and returns them: those that nobody was seen to write to without a lock. */
  settle(): ReadonlySet<number> {
    for (const [column, ofColumn] of this.touches.entries()) {
      if (ofColumn === undefined || this.guarded.has(column)) continue;
      const all = [...ofColumn.values()];
      const writes = all.flatMap((touch) => (touch.writes === null ? [] : [touch.writes]));
      if (
        writes.length === 0 ||
        writes.reduce((common, { inAnyMode }) => common & inAnyMode, everything) === 0
      )
        continue;
      this.guarded.add(column);
      for (const touch of all)
        for (const guards of [touch.reads, touch.writes]) if (guards !== null) guards.isUnlooked = false;
    }
    return this.guarded;
  }
}
