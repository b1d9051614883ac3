/**
 * Makes a failing schedule smaller: first in context switches, then in steps, until no single cut or join makes it smaller
 * any more. What comes out is a local minimum and no more than that.
 */
import { type Action, callName, Judge, type Property, type Setting, showAction } from "../model/index.ts";
import type { Edge } from "./knowledge/edge.ts";
import { type Answer, finish } from "./progress.ts";
import { SegmentScheduler } from "./scheduler/segments.ts";
import { Simulation } from "./simulation.ts";

export interface Shrunk {
  readonly steps: readonly Action[];
  readonly switches: number;
  readonly because: string;
}

export const switchesIn = (steps: readonly Action[]): number =>
  steps.filter((step, at) => at > 0 && steps[at - 1]?.process !== step.process).length;

/** The transition nearest to what the schedule wants of a process; undefined where it cannot make that call. */
const nearest = (simulation: Simulation, wanted: Action): Edge | undefined => {
  if (!simulation.processes.includes(wanted.process)) return undefined;
  const calls = simulation.callsOf(wanted.process);
  const able = wanted.kind === "fault" ? simulation.faultsTo(wanted.process) : calls;
  const same = able.filter(({ action }) => callName(action) === callName(wanted));
  return (
    same.find(({ action }) => showAction(action) === showAction(wanted)) ??
    same.find(({ action }) => action.outcome === wanted.outcome) ??
    same[0]
  );
};

/** Follows a schedule as far as it goes, then lets everybody go on; up to the break of the property, null without one. */
const run = (
  setting: Setting,
  properties: readonly [Property],
  schedule: readonly Action[],
  maxSteps: number,
): Shrunk | null => {
  const simulation = new Simulation(setting, properties);
  const judge = new Judge(properties, setting);
  const found = (): Shrunk => {
    const steps = simulation.steps;
    const because = judge.verdicts(true)[0]?.because ?? "";
    return { steps, switches: switchesIn(steps), because };
  };
  const take = (edge: Edge): boolean => judge.learn(simulation.take(edge).length, simulation.told).length > 0;
  for (const wanted of schedule) {
    const edge = nearest(simulation, wanted);
    if (edge !== undefined && take(edge)) return found();
  }
  const rest = new SegmentScheduler([]);
  while (simulation.steps.length < maxSteps) {
    const next = rest.next(simulation);
    if (next === null) return judge.learn(1, simulation.quiescence()).length > 0 ? found() : null;
    if (take(next)) return found();
  }
  return null;
};

/** The turns of a schedule: consecutive steps of one process. */
const turnsOf = (steps: readonly Action[]): Action[][] => {
  const turns: Action[][] = [];
  for (const step of steps) {
    const last = turns.at(-1);
    if (last?.[0]?.process === step.process) last.push(step);
    else turns.push([step]);
  }
  return turns;
};

/** Everything that is one cut or one join away, the boldest first. */
function* smaller(steps: readonly Action[]): Generator<readonly Action[]> {
  const turns = turnsOf(steps);
  for (let size = turns.length >> 1; size >= 1; size >>= 1)
    for (let at = 0; at + size <= turns.length; at += size)
      yield [...turns.slice(0, at), ...turns.slice(at + size)].flat();
  for (const [at, turn] of turns.entries()) {
    const next = turns.findIndex((other, later) => later > at + 1 && other[0]?.process === turn[0]?.process);
    if (next < 0) continue;
    const joined = [...turn, ...(turns[next] ?? [])];
    const others = turns.filter((_, other) => other !== at && other !== next);
    yield [...others.slice(0, at), joined, ...others.slice(at)].flat();
    yield [...others.slice(0, next - 1), joined, ...others.slice(next - 1)].flat();
  }
  for (let at = 0; at < steps.length; at++) yield [...steps.slice(0, at), ...steps.slice(at + 1)];
}

const isSmaller = (a: Shrunk, b: Shrunk): boolean =>
  a.switches < b.switches || (a.switches === b.switches && a.steps.length < b.steps.length);

/**
 * Shrinks a schedule that breaks a property; null where it does not break it. At most `attempts` runs are made. Yields the
 * number of runs so far; whoever answers `stop` gets the best schedule by then.
 */
export function* shrinking(
  setting: Setting,
  property: Property,
  steps: readonly Action[],
  attempts = 2_000,
): Generator<number, Shrunk | null, Answer> {
  const maxSteps = steps.length * 2 + 1_000;
  const properties = [property] as const;
  let best = run(setting, properties, steps, maxSteps);
  let left = attempts;
  for (let improved = best !== null; improved && best !== null && left > 0; ) {
    improved = false;
    for (const candidate of smaller(best.steps)) {
      if (left-- <= 0) break;
      if ((yield attempts - left) === "stop") return best;
      const shrunk = run(setting, properties, candidate, maxSteps);
      if (shrunk === null || !isSmaller(shrunk, best)) continue;
      best = shrunk;
      improved = true;
      break;
    }
  }
  return best;
}

/** Shrinks without a break. */
export const shrink = (
  setting: Setting,
  property: Property,
  steps: readonly Action[],
  attempts?: number,
): Shrunk | null => finish(shrinking(setting, property, steps, attempts));
