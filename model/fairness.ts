/**
 * Fairness: which of the runs that never end are looked at. A run in which a process that could go on is passed over for
 * ever is no fault of a protocol, if the machine's scheduler never does that.
 *
 * - `none`: any run. Only the whole goes on: as long as something can move, something does.
 * - `weak`: a process of the server that can move, at every moment from some point on, does move again.
 * - `strong-lock`: moreover, a process of the server that is able to take a lock again and again takes one again. It need
 *   not be able to all the time: others may hold the lock in between.
 *
 * Faults are never owed; nor is anything that clients do: whoever is connected may fall silent, and nobody need come.
 */
import type { TraceEvent } from "./trace.ts";

export const fairnessNames = ["none", "weak", "strong-lock"] as const;
export type Fairness = (typeof fairnessNames)[number];

/** The roles of those who owe nothing: clients, and those who stand for them in an endless environment. */
const free: ReadonlySet<string> = new Set(["client", "visitor"]);

/** Whether fairness says anything of the processes of a role. */
export const owesSteps = (role: string): boolean => !free.has(role);

/** Whether a step takes a lock: a call of flock that has been granted what it asked for. */
export const takesLock = (events: readonly TraceEvent[]): boolean =>
  events.some(
    (event) =>
      event.type === "return" &&
      event.request.call === "flock" &&
      event.request.mode !== "UN" &&
      event.result.type === "ok",
  );
