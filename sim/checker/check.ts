/** Checks a setting exhaustively: every property's verdict, a shortest schedule for each that breaks, and the coverage. */
import {
  overall,
  type Property,
  type PropertyVerdict,
  type Schedule,
  type Setting,
  scheduleOf,
  verdictsOf,
} from "../../model/index.ts";
import { type Answer, finish } from "../progress.ts";
import { replay } from "../replay.ts";
import { pathTo } from "./path.ts";
import type { SearchProgress } from "./search.ts";
import { none, type Reductions } from "./space.ts";
import { type LeftOut, type Refusals, type SurveyLimits, surveying } from "./survey.ts";

export interface CheckedProperty extends PropertyVerdict {
  /** A shortest schedule that breaks it, with the fewest context switches among the shortest; null where there is none. */
  readonly schedule: Schedule | null;
}

export interface CheckReport {
  readonly setting: Setting;
  readonly verdict: "holds" | "violated" | "unknown";
  /** Distinct states of the product of world and observers. */
  readonly states: number;
  readonly transitions: number;
  readonly depth: number;
  /** States in which nothing can move but faults. */
  readonly quiescent: number;
  /** States found but not expanded: 0 where the search is complete. */
  readonly queue: number;
  /** What was to be left out of the search. */
  readonly reductions: Reductions;
  readonly refusals: Refusals;
  readonly leftOut: LeftOut;
  readonly bytesPerState: number;
  /** The odds that a state was missed; 0 unless the search was compact. */
  readonly missOdds: number;
  readonly properties: readonly CheckedProperty[];
  /** Transitions of the machines that were never taken. */
  readonly unreached: readonly string[];
}

export type CheckLimits = SurveyLimits;

/** Checks, and yields how far it has got. Reaching a limit leaves what is not broken by then unknown. */
export function* checking(
  setting: Setting,
  properties: readonly Property[],
  limits: CheckLimits = {},
): Generator<SearchProgress, CheckReport, Answer> {
  const survey = yield* surveying(setting, properties, limits);
  const { search, unreached, result, breaks, refusals, leftOut } = survey;
  const { states, transitions, depth, quiescent, queue, memory, missOdds } = result;
  const rested = quiescent > 0;
  const verdicts = verdictsOf(properties, setting, { ...result, violated: breaks, rested, single: false });
  const checked = verdicts.map((verdict): CheckedProperty => {
    const found = breaks.get(verdict.id)?.found ?? null;
    if (found === null) return { ...verdict, schedule: null };
    const steps = pathTo(search, found).map(({ action }) => action);
    // It may have been found of other clients, which are alike.
    const because = replay(setting, properties, steps).properties.find(
      ({ id }) => id === verdict.id,
    )?.because;
    const broken = { property: `${verdict.id} ${verdict.name}`, because: because || found.because };
    return { ...verdict, because: broken.because, schedule: scheduleOf(setting, steps, broken) };
  });
  const { symmetry, order, data } = limits.reductions ?? none;
  return {
    ...{ setting, verdict: overall(checked), states, transitions, depth, quiescent, queue },
    reductions: { symmetry, order, data },
    ...{ refusals, leftOut },
    bytesPerState: memory / states,
    missOdds,
    properties: checked,
    unreached,
  };
}

/** Checks without a break. */
export const check = (
  setting: Setting,
  properties: readonly Property[],
  limits: CheckLimits = {},
): CheckReport => finish(checking(setting, properties, limits));
