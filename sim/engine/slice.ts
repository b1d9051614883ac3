/**
 * Slices: what need not be in a state, since nothing that is asked for hangs on it. That is what the lines of the log say
 * (`contents.ts`), and cells that nobody reads. Both are guessed, and whoever looks all the same is noticed.
 */
import type { Labels } from "./labels.ts";

export interface Slice {
  /** What is put in the place of the log's letters; null where they are kept. */
  readonly labels: Labels | null;
  /** Is told who looks at the contents, where that is only to be guessed; where it is null, the search ends there. */
  readonly guess: ((who: string) => void) | null;
  /** Kinds of cells that are not kept. */
  readonly unread: ReadonlySet<string>;
}

/** Nothing is left out. */
export const whole: Slice = { labels: null, guess: null, unread: new Set() };

/** Thrown where a cell that was left out is read after all. */
export class CellMatters extends Error {
  constructor(readonly kind: string) {
    super(`${kind} is read`);
  }
}

/** A cell's name without its numbers. */
export const kindOfCell = (cell: string): string => cell.replace(/\d+/g, "*");
