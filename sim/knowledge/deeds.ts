/**
 * What steps do, one after the other in one list of integers, so that little memory has to be fetched for one: what there is to
 * know of it, how many cells change, and then each of them with the number of its new value, in the order in which they are written.
 */
import type { Value } from "../kernel/index.ts";
import { type Numbering, none } from "./numbering.ts";
import { widened } from "./state.ts";

/** What stands before a deed's changes, and how far. */
const field = { process: 4, action: 3, events: 2, hearing: 1 } as const;
const header = 4;

export class Deeds {
  ints = new Int32Array(1 << 12);
  private end = 0;

  constructor(private readonly numbering: Numbering) {}

  /** Where it stands, until there is another one. */
  pass(writes: ReadonlyMap<string, Value>, numberOf: (cell: number, value: Value) => number): number {
    const { end, numbering } = this;
    const most = end + header + 1 + 2 * writes.size;
    if (most > this.ints.length) this.ints = widened(this.ints, 2 * most);
    const start = end + header;
    let at = start;
    this.ints[at++] = writes.size;
    for (const [name, value] of writes) {
      const cell = numbering.numberOf(name);
      this.ints[at++] = cell;
      this.ints[at++] = numberOf(cell, value);
    }
    return start;
  }

  /** The same, every value with its number. */
  passNumbered(writes: ReadonlyMap<string, Value>): number {
    return this.pass(writes, (cell, value) => this.numbering.numberFor(cell, value));
  }

  /** What it changes, as text; null where some value is given no number. */
  textAt(deed: number): string | null {
    const { ints } = this;
    const end = deed + 1 + 2 * ints[deed]!;
    for (let at = deed + 2; at < end; at += 2) if (ints[at] === none) return null;
    return ints.subarray(deed, end).join();
  }

  /** The one that was passed last stays for good. Nobody has heard of it yet. */
  keep(deed: number, process: number, action: number, events: number): void {
    const { ints } = this;
    ints[deed - field.process] = process;
    ints[deed - field.action] = action;
    ints[deed - field.events] = events;
    ints[deed - field.hearing] = 0;
    this.end = deed + 1 + 2 * ints[deed]!;
  }

  processOf(deed: number): number {
    return this.ints[deed - field.process]!;
  }

  actionOf(deed: number): number {
    return this.ints[deed - field.action]!;
  }

  /** How many events it has. */
  eventsOf(deed: number): number {
    return this.ints[deed - field.events]!;
  }

  /** Who has anything to say of it ({@link Notes}); 0 where that was not looked up yet. */
  hearingOf(deed: number): number {
    return this.ints[deed - field.hearing]!;
  }

  setHearing(deed: number, hearing: number): void {
    this.ints[deed - field.hearing] = hearing;
  }
}
