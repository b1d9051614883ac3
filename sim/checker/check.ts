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
import { showMachineTransition, unreachedTransitions } from "./coverage.ts";
import { pathTo } from "./path.ts";
import { Search, type SearchProgress } from "./search.ts";

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
  readonly bytesPerState: number;
  readonly properties: readonly CheckedProperty[];
  /** Transitions of the machines that were never taken. */
  readonly unreached: readonly string[];
}

/** Checks, and yields how far it has got. Reaching `maxStates` leaves what is not broken by then unknown. */
export function* checking(
  setting: Setting,
  properties: readonly Property[],
  maxStates = Number.POSITIVE_INFINITY,
): Generator<SearchProgress, CheckReport, Answer> {
  const search = new Search(setting, properties);
  const result = yield* search.run(maxStates);
  const { breaks: violated, states, transitions, depth, quiescent, queue } = result;
  const verdicts = verdictsOf(properties, setting, {
    ...result,
    violated,
    rested: quiescent > 0,
    single: false,
  });
  const checked = verdicts.map((verdict): CheckedProperty => {
    const found = violated.get(verdict.id);
    if (found === undefined) return { ...verdict, schedule: null };
    const steps = pathTo(search, found).map(({ action }) => action);
    const broken = { property: `${verdict.id} ${verdict.name}`, because: found.because };
    return { ...verdict, schedule: scheduleOf(setting, steps, broken) };
  });
  return {
    setting,
    verdict: overall(checked),
    states,
    transitions,
    depth,
    quiescent,
    queue,
    bytesPerState: search.states.memory / states,
    properties: checked,
    unreached: unreachedTransitions(setting.protocol, search.product.edges).map(showMachineTransition),
  };
}

/** Checks without a break. */
export const check = (setting: Setting, properties: readonly Property[], maxStates?: number): CheckReport =>
  finish(checking(setting, properties, maxStates));
