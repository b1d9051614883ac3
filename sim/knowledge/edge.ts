/** What can happen next in a simulation, and what has been found out about it. */
import type { Finding } from "../../model/index.ts";
import type { Transition } from "../transition.ts";
import type { Hearing } from "./notes.ts";

/** A finding, and which of the events of its step, from 0, told it. */
export type EventFinding = Finding & { readonly nth: number };

/** A transition as the plain kernel has it. */
export interface Edge extends Transition {
  /** The number of its process. */
  readonly process: number;
  /** Whether it is what a process does in a situation that is known. */
  isKept: boolean;
  /** A number for its action, when it has been taken. */
  mark: number | null;
  /** Of one that is kept and has been taken: where what it changes stands; else below 0. */
  change: number;
  /** The same: which observers and properties have anything to say of it. */
  hearing: Hearing | null;
}

/** One of which nothing has been found out. */
// Spelt out: to spread a transition takes longer than all the rest.
export const edgeOf = (process: number, { action, events, reactions, writes }: Transition): Edge => ({
  process,
  action,
  events,
  reactions,
  writes,
  isKept: false,
  mark: null,
  change: -1,
  hearing: null,
});

/** What a process can do, and the cells that this depends on, in the order in which they were looked at. */
export interface Moves {
  readonly edges: readonly Edge[];
  reads: readonly number[];
}
