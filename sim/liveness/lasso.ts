/**
 * Follows a run that never ends (a stem, and a loop that is repeated), on the plain world and nothing else: does the loop
 * lead back to the state that it began in, who waits all the time, and is it fair? What the engine finds can be held
 * against this, and so can a schedule file.
 */
import {
  type Action,
  type Datum,
  type Fairness,
  judge,
  owesSteps,
  type ProcessName,
  type ProgressProperty,
  roleOf,
  type Setting,
  type Store,
  showAction,
  takesLock,
  waitingIn,
} from "../../model/index.ts";
import { canonical } from "../engine/canonical.ts";
import type { Value } from "../kernel/index.ts";
import { momentIn } from "../moment.ts";
import type { Transition } from "../transition.ts";
import { cellsOf, initialWorld, transitionsIn, type World, withWrites } from "../world.ts";

/** What one process has to do with the loop. */
export interface Part {
  readonly process: ProcessName;
  /** Whether fairness owes it anything. */
  readonly isOwed: boolean;
  readonly moves: number;
  readonly locks: number;
  /** In how many of the loop's states it could move, and could take a lock. */
  readonly able: number;
  readonly lockable: number;
}

export interface Follow {
  /** The number of the first step that is not enabled, from 1; null where all are. */
  readonly stale: number | null;
  /** Whether the loop ends where it began, or, where there is none, whether nothing can move any more. */
  readonly closes: boolean;
  /** Who waits in every state that counts. */
  readonly who: readonly string[];
  readonly parts: readonly Part[];
  /** Why the run is none that the fairness lets count: a sentence each. */
  readonly unfair: readonly string[];
  /** Whether all this breaks the property. */
  readonly isBroken: boolean;
}

/** A world with what the observers of a property remember of the past. */
class Walk {
  world: World;
  private readonly observed = new Map<string, Datum>();
  private readonly store: Store = {
    read: (cell) => this.observed.get(cell) ?? null,
    write: (cell, value) =>
      void (value === null ? this.observed.delete(cell) : this.observed.set(cell, value)),
  };

  constructor(
    private readonly setting: Setting,
    private readonly property: ProgressProperty,
  ) {
    this.world = initialWorld(setting);
  }

  enabled(): readonly Transition[] {
    return transitionsIn(this.setting, this.world);
  }

  /** Takes a step; the transition that it is, or null where it is not enabled. */
  take(wanted: Action): Transition | null {
    const found = this.enabled().find(({ action }) => showAction(action) === showAction(wanted));
    if (found === undefined) return null;
    this.world = withWrites(this.world, found.writes);
    for (const event of found.events) judge([this.property], this.setting, this.store, event);
    return found;
  }

  waiting(): readonly string[] {
    const isQuiescent = this.enabled().every(({ action }) => action.kind === "fault");
    const now = momentIn(this.setting, cellsOf(this.world), isQuiescent);
    return waitingIn(this.property, this.setting, this.store, now);
  }

  text(): string {
    return canonical(
      [this.world, this.observed].map((map) =>
        [...map].sort().map(([cell, value]) => [cell, value]),
      ) as Value,
    );
  }
}

/** Adds up what processes do, and could do, in the loop. */
class Tally {
  private readonly parts = new Map<ProcessName, Part>();

  private add(process: ProcessName, more: Partial<Part>): void {
    const none = { process, isOwed: owesSteps(roleOf(process)), moves: 0, locks: 0, able: 0, lockable: 0 };
    const part = this.parts.get(process) ?? none;
    const sum = (key: "moves" | "locks" | "able" | "lockable") => part[key] + (more[key] ?? 0);
    this.parts.set(process, {
      ...part,
      ...{ moves: sum("moves"), locks: sum("locks"), able: sum("able"), lockable: sum("lockable") },
    });
  }

  see(enabled: readonly Transition[]): void {
    const own = enabled.filter(({ action }) => action.kind === "call");
    for (const process of new Set(own.map(({ action }) => action.process))) {
      const lockable = own.some(({ action, events }) => action.process === process && takesLock(events));
      this.add(process, { able: 1, lockable: lockable ? 1 : 0 });
    }
  }

  take({ action, events }: Transition): void {
    if (action.kind === "call") this.add(action.process, { moves: 1, locks: takesLock(events) ? 1 : 0 });
  }

  done(): readonly Part[] {
    return [...this.parts.values()];
  }
}

const unfairness = (parts: readonly Part[], states: number, fairness: Fairness): string[] =>
  parts
    .filter(({ isOwed }) => isOwed && fairness !== "none")
    .flatMap(({ process, able, moves, lockable, locks }) => {
      if (able === states && moves === 0) return [`${process} could move all the time, and never does`];
      if (fairness === "strong-lock" && lockable > 0 && locks === 0)
        return [`${process} could take the lock again and again, and never does`];
      return [];
    });

/** Follows a stem and a loop, which is empty where the run is said to end. */
export const followLasso = (
  setting: Setting,
  property: ProgressProperty,
  fairness: Fairness,
  stem: readonly Action[],
  loop: readonly Action[],
): Follow => {
  const walk = new Walk(setting, property);
  const tally = new Tally();
  const staleAt = (step: number): Follow => ({
    ...{ stale: step, closes: false, who: [], parts: [], unfair: [], isBroken: false },
  });
  /** Who waits in each state that counts: for an `eventually`, in those of the stem as well. */
  const waits: (readonly string[])[] = [];
  for (const [at, action] of stem.entries()) {
    if (property.kind === "eventually") waits.push(walk.waiting());
    if (walk.take(action) === null) return staleAt(at + 1);
  }
  const start = walk.text();
  waits.push(walk.waiting());
  for (const [at, action] of loop.entries()) {
    tally.see(walk.enabled());
    const taken = walk.take(action);
    if (taken === null) return staleAt(stem.length + at + 1);
    tally.take(taken);
    waits.push(walk.waiting());
  }
  const closes =
    loop.length > 0 ? walk.text() === start : walk.enabled().every(({ action }) => action.kind === "fault");
  const parts = tally.done();
  const unfair = unfairness(parts, loop.length, fairness);
  const last = waits.at(-1) ?? [];
  const always = last.filter((name) => waits.every((names) => names.includes(name)));
  const isWaiting =
    property.kind === "eventually" ? waits.every((names) => names.length > 0) : always.length > 0;
  const who = property.kind === "eventually" ? last : always;
  return { stale: null, closes, who, parts, unfair, isBroken: closes && isWaiting && unfair.length === 0 };
};
