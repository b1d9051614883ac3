/** Runs a setting under a scheduler until nothing can move any more, and judges the run. */
import {
  type Action,
  type Evidence,
  Judge,
  type Property,
  type PropertyVerdict,
  type Setting,
} from "../model/index.ts";
import type { EventFinding } from "./knowledge/edge.ts";
import { knowledgeOf } from "./knowledge/sharing.ts";
import { type Answer, finish } from "./progress.ts";
import type { Scheduler } from "./scheduler/scheduler.ts";
import { Simulation } from "./simulation.ts";

export interface RunReport {
  readonly setting: Setting;
  readonly steps: readonly Action[];
  /** Whether the run ended because nothing could move any more. */
  readonly complete: boolean;
  /** What the verdicts rest on, so that those on several runs can be had. */
  readonly evidence: Evidence;
  readonly properties: readonly (PropertyVerdict & {
    /** Steps of the run up to the violation; 0 where there is none. */
    readonly at: number;
  })[];
}

const yieldEvery = 1 << 8;

/**
 * Runs, and yields the number of steps now and then. `memory`: bytes, about, that may be taken by what this run and others of the
 * setting have found out; the first of them decides.
 */
export function* simulating(
  setting: Setting,
  properties: readonly Property[],
  scheduler: Scheduler,
  maxSteps = Number.POSITIVE_INFINITY,
  memory?: number,
): Generator<number, RunReport, Answer> {
  const simulation = new Simulation(setting, properties, knowledgeOf(setting, properties, memory));
  const judge = new Judge(properties, setting);
  const brokenAt = new Map<string, number>();
  const heed = (events: number, findings: readonly EventFinding[]) => {
    for (const id of judge.learn(events, findings)) brokenAt.set(id, simulation.steps.length);
  };
  let complete = false;
  while (!complete && simulation.steps.length < maxSteps) {
    if (simulation.steps.length % yieldEvery === 0 && (yield simulation.steps.length) === "stop") break;
    const turn = scheduler.next(simulation);
    if (turn !== null) heed(simulation.go(turn), simulation.told);
    else {
      heed(1, simulation.quiescence());
      complete = true;
    }
  }
  const verdicts = judge.verdicts(complete);
  return {
    setting,
    steps: simulation.steps,
    complete,
    evidence: judge.evidence(complete),
    properties: verdicts.map((verdict) => ({ ...verdict, at: brokenAt.get(verdict.id) ?? 0 })),
  };
}

export const simulate = (
  setting: Setting,
  properties: readonly Property[],
  scheduler: Scheduler,
  maxSteps?: number,
): RunReport => finish(simulating(setting, properties, scheduler, maxSteps));
