/** Which locks a process holds, read off the open file descriptions that it has. */
import { holdersOf, type LocalState, type LockHolderMode, type ProcessName } from "../../model/index.ts";
import { type Cells, descriptionCell, lockCell, processCell } from "../kernel/index.ts";

/** Sets of locks, one bit each. */
export interface Held {
  /** Held in any mode, and held exclusively. */
  readonly inAnyMode: number;
  readonly exclusive: number;
  /** The same through a description that no other descriptor refers to: nobody else can let go of these. */
  readonly alone: { readonly inAnyMode: number; readonly exclusive: number; readonly holds: readonly Hold[] };
}

/** One lock, the description that holds it, and how. */
export interface Hold {
  readonly path: string;
  readonly by: string;
  readonly mode: LockHolderMode;
}

export const nothingHeld: Held = {
  ...{ inAnyMode: 0, exclusive: 0 },
  alone: { inAnyMode: 0, exclusive: 0, holds: [] },
};

/** Equal for equal sets of locks. */
export const showHeld = (held: Held | null): string =>
  held === null
    ? "-"
    : `${held.inAnyMode} ${held.exclusive} ${held.alone.holds.map(({ path, by, mode }) => `${path} ${by} ${mode}`)}`;

/** The paths of the files whose locks there are, each with a bit; no more than 31 are told apart. */
export class LockBits {
  private readonly paths: string[] = [];

  bitOf(path: string): number {
    const known = this.paths.indexOf(path);
    if (known >= 0) return 1 << known;
    return this.paths.length < 31 ? 1 << (this.paths.push(path) - 1) : 0;
  }

  *[Symbol.iterator](): Generator<readonly [string, number]> {
    for (const path of this.paths) yield [path, this.bitOf(path)];
  }
}

/** Whether whoever holds a lock exclusively holds it alone. */
export const isExclusive = (lock: LocalState): boolean => {
  const modes = Object.values(holdersOf(lock.context));
  return modes.length < 2 || !modes.includes("EX");
};

/** Whether a lock is still held in this way. */
export const isHeldIn = (lock: LocalState | null, { by, mode }: Hold): boolean =>
  holdersOf(lock?.context)[by] === mode;

export const heldBy = (cells: Cells, process: ProcessName, locks: LockBits): Held => {
  const holds: Hold[] = [];
  const held = { inAnyMode: 0, exclusive: 0, alone: { inAnyMode: 0, exclusive: 0, holds } };
  for (const id of new Set(Object.values(cells.get(processCell(process))?.descriptors ?? {}))) {
    const description = cells.get(descriptionCell(id));
    if (description?.object.kind !== "file") continue;
    const { path } = description.object;
    const mode = holdersOf(cells.get(lockCell(path))?.context)[id];
    if (mode === undefined) continue;
    if (description.references === 1) holds.push({ path, by: id, mode });
    for (const set of description.references === 1 ? [held, held.alone] : [held]) {
      set.inAnyMode |= locks.bitOf(path);
      if (mode === "EX") set.exclusive |= locks.bitOf(path);
    }
  }
  return held;
};
