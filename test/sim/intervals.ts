/** Simulated runs as real processes would have written them down: calls noted before their effect, returns after it. */
import seedrandom from "seedrandom";
import type { ProcessName, Setting, Stamped, TraceEvent } from "../../model/index.ts";
import type { Scheduler } from "../../sim/index.ts";
import { Simulation } from "../../sim/simulation.ts";

/** A step of the simulation takes so long. */
const stepTime = 1_000;

const nameIn = (event: TraceEvent): ProcessName | null => ("process" in event ? event.process : null);

/** The events of a run, each at the moment of its step; what is blocked at the end has called. */
const momentsOf = (setting: Setting, scheduler: Scheduler, mostSteps: number): Stamped[] => {
  const simulation = new Simulation(setting);
  const events: Stamped[] = [];
  while (simulation.steps.length < mostSteps) {
    const transition = scheduler.next(simulation);
    if (transition === null) break;
    const at = simulation.steps.length * stepTime + stepTime;
    for (const event of simulation.take(transition)) events.push({ at, event });
  }
  const end = (simulation.steps.length + 1) * stepTime;
  const blocked = simulation
    .quiescentEvent()
    .processes.flatMap(({ name, state, request }) =>
      request === null ? [] : [{ at: end, event: { type: "call", process: name, state, request } as const }],
    );
  return [...events, ...blocked];
};

/**
 * Stretches calls and returns as far as `reach` steps to both sides, at random, as far as the order of each process's own
 * events allows. So intervals overlap, and each contains the moment of its effect.
 */
export const intervalsOf = (
  setting: Setting,
  scheduler: Scheduler,
  { seed, reach, mostSteps = 2_000 }: { seed: string; reach: number; mostSteps?: number },
): Stamped[] => {
  const random = seedrandom(`intervals ${seed}`);
  const events = momentsOf(setting, scheduler, mostSteps);
  const lastOf = new Map<ProcessName, number>();
  const within = (from: number, to: number) => from + (0.1 + 0.8 * random()) * (to - from);
  return events
    .map(({ at, event }, index): Stamped => {
      const name = nameIn(event);
      if (name === null) return { at, event };
      const last = lastOf.get(name) ?? 0;
      const next = events.find(
        (other, later) => later > index && other.at > at && nameIn(other.event) === name,
      );
      const stretched =
        event.type === "call"
          ? within(Math.max(last, at - reach * stepTime), at)
          : event.type === "return"
            ? within(
                at,
                Math.min(
                  next === undefined ? at + reach * stepTime : (at + next.at) / 2,
                  at + reach * stepTime,
                ),
              )
            : at;
      lastOf.set(name, stretched);
      return { at: stretched, event };
    })
    .sort((a, b) => a.at - b.at);
};
