/**
 * Progress: what must come about in the end. Such a property speaks of whole runs, those that never end among them, and so
 * of no event: it says who waits in a state, and whoever waits must have waited at last.
 *
 * - `leads-to`: whoever waits in a state does not wait in some later state, and that in every fair run.
 * - `eventually`: in every fair run there comes a state in which nobody waits.
 *
 * A run that ends in a state where nothing can move stays in that state: who waits there waits for ever.
 */
import type { ProcessName } from "./name.ts";
import { type Property, type PropertyKind, type Seen, type Store, seenIn } from "./property.ts";
import type { Setting } from "./setting.ts";
import type { Request } from "./syscall.ts";

/** One state of the world, as far as such a property may look. */
export interface Moment {
  /** Whether nothing can move any more, but for faults. */
  readonly isQuiescent: boolean;
  /** The processes that there are, zombies included. */
  readonly processes: readonly ProcessName[];
  /** The machine state that a process is in; empty for a zombie. */
  stateOf(process: ProcessName): string;
  /** The call that it stands before, or is blocked in; null for a zombie. */
  requestOf(process: ProcessName): Request | null;
}

export interface ProgressProperty extends Property {
  readonly kind: "eventually" | "leads-to";
  /**
   * Who waits: names of processes, or of whatever else the property tells apart. One name is one wait as long as it is
   * returned in every state; so p leads to q is said by an observer that takes note of p and forgets it with q.
   */
  readonly waiting: (now: Moment, seen: Seen, setting: Setting) => readonly string[];
  /** What is wrong where these wait for ever: a sentence. */
  readonly because: (who: readonly string[]) => string;
}

export const isProgressKind = (kind: PropertyKind): kind is ProgressProperty["kind"] =>
  kind === "eventually" || kind === "leads-to";

export const isProgress = (property: Property): property is ProgressProperty => isProgressKind(property.kind);

/** Who waits in a state, in the order of the names, each once. */
export const waitingIn = (
  property: ProgressProperty,
  setting: Setting,
  store: Store,
  now: Moment,
): readonly string[] => [...new Set(property.waiting(now, seenIn(store, setting), setting))].sort();
