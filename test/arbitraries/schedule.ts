/** Schedules, said in turns: whose it is, how many steps it lasts, what its calls return, and which fault comes first. */
import fc from "fast-check";
import type { Action, Budget, FaultName } from "../../model/index.ts";
import type { Segment } from "../../sim/scheduler/segments.ts";
import { faultPlan } from "./faults.ts";

const turn = fc.record({
  who: fc.nat(9),
  steps: fc.integer({ min: 1, max: 6 }),
  outcome: fc.nat(2),
  /** Which of the planned faults strikes before the turn, counted round; null for none. */
  strike: fc.option(fc.nat(3), { freq: 3 }),
});
type Turn = typeof turn extends fc.Arbitrary<infer T> ? T : never;

/** How a run goes: which faults may happen, and who goes on when. */
export interface Course {
  readonly faults: Budget;
  readonly segments: readonly Segment[];
}

const segmentOf = ({ strike, ...rest }: Turn, planned: readonly FaultName[]): Segment => {
  const fault = strike === null ? undefined : planned[strike % Math.max(1, planned.length)];
  return fault === undefined ? rest : { ...rest, fault };
};

/**
 * A list of turns shrinks in its length before it shrinks in its elements: first in context switches, then in steps. When it
 * is used up, whoever runs goes on until it is blocked, so the empty list is a schedule too, and the plainest.
 */
export const course = (names?: readonly FaultName[]): fc.Arbitrary<Course> =>
  fc
    .record({ faults: faultPlan(names), turns: fc.array(turn, { maxLength: 40, size: "max" }) })
    .map(({ faults, turns }) => {
      const planned = Object.keys(faults) as FaultName[];
      return { faults, segments: turns.map((one) => segmentOf(one, planned)) };
    });

/** The turns of a run: consecutive steps of one process. */
export const turnsOf = (steps: readonly Action[]): readonly (readonly Action[])[] => {
  const turns: Action[][] = [];
  for (const step of steps)
    if (turns.at(-1)?.[0]?.process === step.process) turns.at(-1)?.push(step);
    else turns.push([step]);
  return turns;
};

/** The same steps with two neighbouring turns the other way round, wherever that saves a context switch. */
export const withTurnsSwapped = (steps: readonly Action[]): readonly (readonly Action[])[] => {
  const turns = turnsOf(steps);
  const swapped = turns.map((turn, at) =>
    turns
      .with(at, turns[at + 1] ?? [])
      .with(Math.min(at + 1, turns.length - 1), turn)
      .flat(),
  );
  return swapped.filter((one) => turnsOf(one).length < turns.length);
};

/** The same steps without one of them, for each of them. */
export const withStepLeftOut = (steps: readonly Action[]): readonly (readonly Action[])[] =>
  steps.map((_, at) => steps.toSpliced(at, 1));
