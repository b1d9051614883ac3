/**
 * Decides whether a trace of intervals is a behaviour of the model: whether there is an order of steps in which each call has
 * its effect between its beginning and its end, and gives the result that was seen.
 */
import type { Action, Budget, FaultName, Setting, Stamped } from "../../model/index.ts";
import type { AllowanceCounts } from "./allowances.ts";
import { firstAlone } from "./alone.ts";
import { deciding, Effort, type Work } from "./deciding.ts";
import { type Track, tracksOf } from "./intervals.ts";
import { type Misfit, showEntry } from "./misfit.ts";
import { countsOf } from "./search.ts";

export interface Validation {
  readonly verdict: "behaviour" | "not-a-behaviour" | "unknown";
  /** The order that was found; where there is none, the one that led farthest. */
  readonly steps: readonly Action[];
  /** The first event that is none of the model's behaviours, whatever the order of those before it. */
  readonly first: Misfit | null;
  /** What the real kernel did beyond the model, by name, and how often. */
  readonly allowances: AllowanceCounts;
  /** Steps that were tried, those that were taken back included. */
  readonly tried: number;
}

const budgetOf = (tracks: readonly Track[]): Budget => {
  const spent: Partial<Record<FaultName, number>> = {};
  const spend = (fault: FaultName): void => {
    spent[fault] = (spent[fault] ?? 0) + 1;
  };
  for (const entry of tracks.flatMap(({ entries }) => entries)) {
    if (entry.kind === "fault") spend(entry.fault);
    if (entry.kind !== "call" || entry.request.call !== "write") continue;
    if (entry.result?.type === "ENOSPC") spend("disk-full");
    if (entry.result?.type === "short" && entry.request.fd === "log") spend("short-write");
  }
  return spent;
};

/** The events up to a moment. What was under way then may have had any outcome. */
const until = (events: readonly Stamped[], moment: number): readonly Stamped[] =>
  events.filter(({ at }) => at <= moment);

/**
 * No order of the whole trace leads beyond a misfit. But what a call was to return later is not known by then, and it is
 * that return that is to blame where the trace up to the misfit has an order. So the first end of a call is looked for up
 * to which there is none.
 */
function* blaming(
  setting: Setting,
  events: readonly Stamped[],
  misfit: Misfit,
  effort: Effort,
): Work<Misfit | null> {
  const ends = events.filter(({ at, event }) => at >= misfit.at && /^(?:return|exit)$/.test(event.type));
  for (const { at } of ends) {
    const tracks = tracksOf(setting, until(events, at));
    const { found, search } = yield* deciding(setting, tracks, effort);
    if (found === null) return null;
    const known = search.farthest?.misfit;
    if (found || known === undefined) continue;
    if (known.at === at) return known;
    const entry = tracks.flatMap(({ entries }) => entries).find(({ to }) => to === at);
    if (entry === undefined || !("process" in entry.event)) return known;
    const because = `${showEntry(entry)}; then ${known.process} could not go on: ${known.because}`;
    return { at, event: entry.event, process: entry.event.process, because, allows: [] };
  }
  return misfit;
}

/**
 * Searches for an order in which these events, sorted by time, are a behaviour of the model. Yields how far it has come;
 * whoever answers `stop`, or sets too small a number of steps, gets `unknown`.
 */
export function* validating(
  given: Setting,
  events: readonly Stamped[],
  mostSteps = 1_000_000,
): Work<Validation> {
  const all = tracksOf(given, events);
  const setting: Setting = { ...given, faults: budgetOf(all) };
  const alone = firstAlone(setting, all);
  // What one process did by itself against its machine is the first misfit only if all went well before.
  const heard = alone === null ? events : events.filter(({ at }) => at < alone.at);
  const tracks = alone === null ? all : tracksOf(given, heard);
  const effort = new Effort(mostSteps);
  const { found, search } = yield* deciding(setting, tracks, effort);
  const { farthest, position } = search;
  if (found === false && farthest !== null) {
    const { misfit, ...reached } = farthest;
    const first = yield* blaming(setting, heard, misfit, effort);
    return { verdict: "not-a-behaviour", ...reached, first: first ?? misfit, tried: effort.tried };
  }
  return {
    verdict: found === null ? "unknown" : alone === null ? "behaviour" : "not-a-behaviour",
    steps: position.steps.map(({ action }) => action),
    first: found === null ? null : alone,
    allowances: countsOf(position),
    tried: effort.tried,
  };
}
