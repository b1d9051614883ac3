/**
 * What a dead end is to blame on. Going back step by step from a call that cannot get its result would first try again
 * hundreds of orders of what has nothing to do with it; so the search goes back to the latest step that has.
 *
 * A cell is to blame for its value where the call that failed has looked at it; whoever wrote it last may have come too
 * early, or in place of another. If nothing else is of use there, either, then that step may have to come before others
 * that have looked at what it writes, or after others that write what it has looked at.
 */
import {
  contextCell,
  type Description,
  descriptionCell,
  movedCell,
  processCell,
  stateCell,
  type Value,
} from "../kernel/index.ts";
import type { Option } from "./options.ts";
import type { Position } from "./position.ts";

/** How much of each fault is left: only the number counts, not the order. */
const budget = "budget";

/** Cells that tell of a process what its own record decides, whatever the order. */
const isOwn = (position: Position, track: number, cell: string): boolean => {
  const { process, entries } = position.tracks[track] ?? { process: undefined, entries: [] };
  if (process === undefined) return false;
  const own = [stateCell(process), contextCell(process), movedCell(process)].map(({ name }) => name);
  if (own.includes(cell)) return true;
  const entry = entries[position.placeOf(track)];
  const isRunning = position.cells.get(processCell(process))?.status === "running";
  if (cell === processCell(process).name) return isRunning;
  if (!cell.startsWith(`signal/${process}/`)) return false;
  return isRunning && entry?.kind === "call" && entry.result !== null && entry.result.type !== "EINTR";
};

/** What belongs together: both directions of a connection. */
const objectOf = (cell: string): string => cell.replace(/^(stream\/.*)\.to(?:Client|Server)$/, "$1");

const descriptions = descriptionCell("").name;

/** Who else refers to a socket matters to nobody who uses it. */
const isReference = (position: Position, cell: string): boolean =>
  cell.startsWith(descriptions) &&
  position.cells.get(descriptionCell(cell.slice(descriptions.length)))?.object.kind !== "file";

/** Whether it is only said that more or fewer descriptors refer to the same. */
const isCounting = (position: Position, cell: string, value: Value): boolean => {
  if (!cell.startsWith(descriptions) || value === null) return false;
  const before = position.cells.get(descriptionCell(cell.slice(descriptions.length)));
  return before?.object === (value as unknown as Description).object;
};

export class Blame {
  private readonly values = new Set<string>();
  private readonly moves = new Set<string>();

  /** What the front of a track looks at. */
  addFront(position: Position, track: number): void {
    for (const cell of position.frontOf(track).reads)
      if (cell !== budget && !isReference(position, cell) && !isOwn(position, track, cell))
        this.values.add(objectOf(cell));
  }

  /** A step that changed what is to blame, and may have to come before others that have to do with that. */
  addStep(position: Position, { transition }: Option): void {
    for (const [cell, value] of transition?.writes ?? [])
      if (this.values.has(objectOf(cell)) && !isCounting(position, cell, value))
        this.moves.add(objectOf(cell));
  }

  addAll({ values, moves }: Blame): void {
    for (const cell of values) this.values.add(cell);
    for (const cell of moves) this.moves.add(cell);
  }

  /** Whether another step in the place of this one might help. */
  isOn(position: Position, { transition }: Option, reads: ReadonlySet<string>): boolean {
    for (const [cell, value] of transition?.writes ?? [])
      if (this.values.has(objectOf(cell)) && !isCounting(position, cell, value)) return true;
    if (this.moves.size > 0) for (const cell of reads) if (this.moves.has(objectOf(cell))) return true;
    return false;
  }
}
