/**
 * Searches in full as long as that is small: figures are then those of the whole space, and there is nothing to learn of what may be
 * left out. Where it is not, the search begins again with alike clients taken for one another, and without what nobody looks at.
 */
import type { Property, Setting } from "../../model/index.ts";
import type { Answer } from "../progress.ts";
import { type CheckLimits, type CheckReport, checking } from "./check.ts";
import type { SearchProgress } from "./search.ts";

/** States that are searched in full: seconds of work. */
export const mostInFull = 4_000_000;

/** Both hang on nothing but what has been compared; leaving out orders does, a little. */
const reductions = { symmetry: true, order: false, data: true };

/** Checks as {@link checking} does, with these reductions once there are more states than `most`. */
export function* escalating(
  setting: Setting,
  properties: readonly Property[],
  limits: Omit<CheckLimits, "reductions" | "from" | "keep"> = {},
  most = mostInFull,
): Generator<SearchProgress, CheckReport, Answer> {
  const { maxStates = Number.POSITIVE_INFINITY } = limits;
  let isStopped = false;
  const work = checking(setting, properties, { ...limits, maxStates: Math.min(maxStates, most) });
  let step = work.next(undefined);
  while (!step.done) {
    const answer = yield step.value;
    isStopped ||= answer === "stop";
    step = work.next(answer);
  }
  const inFull = step.value;
  const isEnough = inFull.queue === 0 || inFull.states <= most || maxStates <= most;
  if (isStopped || isEnough || inFull.properties.every(({ verdict }) => verdict === "violated"))
    return inFull;
  const reduced = yield* checking(setting, properties, { ...limits, reductions });
  // What was broken before is broken, whether or not there was time to come to it again.
  return brokenIn(inFull) > brokenIn(reduced) ? inFull : reduced;
}

const brokenIn = ({ properties }: CheckReport): number =>
  properties.filter(({ verdict }) => verdict === "violated").length;
