/**
 * Replays a schedule step by step. Strictly: the first step that is not enabled makes the schedule stale, and is reported
 * with the nearest one that is. Aligned: for another protocol than its own, each step is matched by process and call.
 */
import {
  type Action,
  callName,
  holdersOf,
  Judge,
  type LocalState,
  type Property,
  type PropertyVerdict,
  type Setting,
  showAction,
} from "../model/index.ts";
import type { Edge } from "./knowledge/edge.ts";
import { SegmentScheduler } from "./scheduler/segments.ts";
import { Simulation } from "./simulation.ts";

export interface ReplayedStep {
  readonly action: Action;
  /** Who holds the log's lock after the step: open file descriptions, with their modes. */
  readonly lock: string;
  /** `scheduled`: as the schedule has it; `adapted`: the same call, otherwise; `added`: the schedule has no such step. */
  readonly origin: "scheduled" | "adapted" | "added";
  /** The properties that this step breaks. */
  readonly breaks: readonly string[];
}

export interface Stale {
  /** The number of the step, from 1. */
  readonly step: number;
  readonly wanted: Action;
  /** The enabled action that is nearest to it, if any. */
  readonly nearest: Action | null;
  /** What its process stands before instead; empty where it does not exist. */
  readonly standsBefore: string;
}

export interface ReplayReport {
  readonly setting: Setting;
  readonly steps: readonly ReplayedStep[];
  readonly stale: Stale | null;
  /** Scheduled steps that were left out because their process was blocked, or never came to that call. */
  readonly skipped: readonly { readonly action: Action; readonly because: string }[];
  /** Whether nothing can move any more at the end. */
  readonly complete: boolean;
  readonly properties: readonly PropertyVerdict[];
}

class Replay {
  readonly steps: ReplayedStep[] = [];
  readonly skipped: { action: Action; because: string }[] = [];
  readonly simulation: Simulation;
  private readonly judge: Judge;

  constructor(
    readonly setting: Setting,
    properties: readonly Property[],
  ) {
    this.simulation = new Simulation(setting, properties);
    this.judge = new Judge(properties, setting);
  }

  take(edge: Edge, origin: ReplayedStep["origin"]): void {
    const events = this.simulation.take(edge).length;
    const breaks = this.judge.learn(events, this.simulation.told);
    const lock = this.simulation.valueOf<LocalState>("lock/log");
    const holders = Object.entries(holdersOf(lock?.context));
    this.steps.push({
      action: edge.action,
      lock: holders.map(([description, mode]) => `${mode} ${description}`).join(", "),
      origin,
      breaks,
    });
  }

  report(stale: Stale | null): ReplayReport {
    const complete = stale === null && this.simulation.isQuiescent;
    if (complete) this.judge.learn(1, this.simulation.quiescence());
    const { setting, steps, skipped } = this;
    return { setting, steps, stale, skipped, complete, properties: this.judge.verdicts(complete) };
  }
}

/** Follows a schedule to the letter. */
export const replay = (
  setting: Setting,
  properties: readonly Property[],
  schedule: readonly Action[],
): ReplayReport => {
  const run = new Replay(setting, properties);
  for (const [at, wanted] of schedule.entries()) {
    const found = run.simulation.find(wanted);
    if (found === undefined) return run.report(staleStep(run.simulation, wanted, at + 1));
    run.take(found, "scheduled");
  }
  return run.report(null);
};

const distance = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next.push(
        Math.min(
          (row[j] ?? 0) + 1,
          (next[j - 1] ?? 0) + 1,
          (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1),
        ),
      );
    row = next;
  }
  return row[b.length] ?? 0;
};

const staleStep = (simulation: Simulation, wanted: Action, step: number): Stale => {
  const far = ({ action }: Edge) =>
    distance(showAction(action), showAction(wanted)) + (action.process === wanted.process ? 0 : 1000);
  const [nearest] = [...simulation.transitions()].sort((a, b) => far(a) - far(b));
  return { step, wanted, nearest: nearest?.action ?? null, standsBefore: simulation.callOf(wanted.process) };
};

/** Most steps of its own that a process may take to come to the call that the schedule wants of it. */
const mostAdded = 8;

const sameCall = (action: Action, wanted: Action): boolean => callName(action) === callName(wanted);

const bestOf = (edges: readonly Edge[], wanted: Action): Edge | undefined =>
  edges.find(({ action }) => showAction(action) === showAction(wanted)) ??
  edges.find(({ action }) => action.outcome === wanted.outcome) ??
  edges[0];

/** Lets a process come to the call that is wanted of it, and make it. */
const align = (run: Replay, wanted: Action): void => {
  const { simulation } = run;
  const skip = (because: string) => void run.skipped.push({ action: wanted, because });
  if (wanted.kind === "fault") {
    const hit = simulation.faultsTo(wanted.process).find(({ action }) => action.call === wanted.call);
    return hit === undefined ? skip("this fault cannot hit it here") : run.take(hit, "scheduled");
  }
  for (let added = 0; ; added++) {
    if (!simulation.processes.includes(wanted.process)) return skip("there is no such process");
    const able = simulation.callsOf(wanted.process);
    const [first] = able;
    if (first === undefined)
      return skip(`it is blocked in ${simulation.callOf(wanted.process) || "nothing it could do"}`);
    if (sameCall(first.action, wanted)) {
      const best = bestOf(able, wanted) ?? first;
      return run.take(best, showAction(best.action) === showAction(wanted) ? "scheduled" : "adapted");
    }
    if (added === mostAdded) return skip(`it stands before ${simulation.callOf(wanted.process)}`);
    run.take(first, "added");
  }
};

/** Follows a schedule as far as another protocol allows, and then lets everybody go on until nothing can move. */
export const replayAligned = (
  setting: Setting,
  properties: readonly Property[],
  schedule: readonly Action[],
): ReplayReport => {
  const run = new Replay(setting, properties);
  for (const wanted of schedule) align(run, wanted);
  const rest = new SegmentScheduler([]);
  for (let next = rest.next(run.simulation); next !== null; next = rest.next(run.simulation))
    run.take(next, "added");
  return run.report(null);
};
