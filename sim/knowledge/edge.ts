/** What can happen next in a simulation. */
import type { Finding } from "../../model/index.ts";
import type { Transition } from "../transition.ts";

/** A finding, and which of the events of its step, from 0, told it. */
export type EventFinding = Finding & { readonly nth: number };

/** A step that is known, by the place where it stands. */
export type Deed = number & { readonly deed: unique symbol };
export const unknown = -1 as Deed;

/** A transition as the plain kernel has it. */
export interface Edge extends Transition {
  /** The number of its process. */
  readonly process: number;
  /** Below 0 where nothing has been found out about it. */
  readonly deed: Deed;
}

// Spelt out: to spread a transition takes longer than all the rest.
export const edgeOf = (
  process: number,
  { action, events, reactions, writes }: Transition,
  deed = unknown,
): Edge => ({ process, action, events, reactions, writes, deed });
