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
import { Asymmetry } from "../engine/permutation.ts";
import { type Answer, finish } from "../progress.ts";
import { replay } from "../replay.ts";
import { showMachineTransition, unreachedTransitions } from "./coverage.ts";
import { pathTo } from "./path.ts";
import { Search, type SearchProgress, type SearchResult } from "./search.ts";
import { none, type Reductions } from "./space.ts";

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
  /** Why clients were not taken for alike, where they were to be; empty otherwise. */
  readonly asymmetry: string;
  readonly bytesPerState: number;
  readonly properties: readonly CheckedProperty[];
  /** Transitions of the machines that were never taken. */
  readonly unreached: readonly string[];
}

export interface CheckLimits {
  readonly maxStates?: number;
  readonly reductions?: Reductions;
}

interface Searched {
  readonly search: Search;
  readonly result: SearchResult;
  readonly asymmetry: string;
}

/** Searches; where clients turn out not to be alike, once more without taking them for alike. */
function* searching(
  setting: Setting,
  properties: readonly Property[],
  reductions: Reductions,
  run: (search: Search) => Generator<SearchProgress, SearchResult, Answer>,
): Generator<SearchProgress, Searched, Answer> {
  try {
    const search = new Search(setting, properties, reductions);
    return { search, result: yield* run(search), asymmetry: "" };
  } catch (error) {
    if (!(error instanceof Asymmetry)) throw error;
    const search = new Search(setting, properties, { ...reductions, symmetry: false });
    return { search, result: yield* run(search), asymmetry: error.message };
  }
}

/**
 * Checks, and yields how far it has got. Reaching `maxStates` leaves what is not broken by then unknown. Where orders are
 * left out and something breaks, it is looked for again in all orders, so that its schedule is a shortest one.
 */
export function* checking(
  setting: Setting,
  properties: readonly Property[],
  { maxStates = Number.POSITIVE_INFINITY, reductions = none }: CheckLimits = {},
): Generator<SearchProgress, CheckReport, Answer> {
  const { search, result, asymmetry } = yield* searching(setting, properties, reductions, (one) =>
    one.run(maxStates),
  );
  const { breaks, states, transitions, depth, quiescent, queue } = result;
  const again = reductions.order && breaks.size > 0;
  const shortest = again
    ? yield* searching(setting, properties, { ...reductions, order: false }, (one) =>
        one.run(maxStates, new Set(breaks.keys())),
      )
    : { search, result };
  // Where the second search is given up, a longer schedule is better than none.
  const violated = new Map([...breaks, ...shortest.result.breaks]);
  const verdicts = verdictsOf(properties, setting, {
    ...result,
    violated,
    rested: quiescent > 0,
    single: false,
  });
  const checked = verdicts.map((verdict): CheckedProperty => {
    const found = violated.get(verdict.id);
    if (found === undefined) return { ...verdict, schedule: null };
    if (again && !shortest.result.breaks.has(verdict.id)) return { ...verdict, schedule: null };
    const steps = pathTo(shortest.search, found).map(({ action }) => action);
    // It may have been found of other clients, which are alike.
    const because = replay(setting, properties, steps).properties.find(
      ({ id }) => id === verdict.id,
    )?.because;
    const broken = { property: `${verdict.id} ${verdict.name}`, because: because || found.because };
    return { ...verdict, because: broken.because, schedule: scheduleOf(setting, steps, broken) };
  });
  return {
    setting,
    verdict: overall(checked),
    states,
    transitions,
    depth,
    quiescent,
    queue,
    reductions: { symmetry: reductions.symmetry, order: reductions.order },
    asymmetry,
    bytesPerState: search.states.memory / states,
    properties: checked,
    unreached: unreachedTransitions(setting.protocol, search.product.edges).map(showMachineTransition),
  };
}

/** Checks without a break. */
export const check = (
  setting: Setting,
  properties: readonly Property[],
  limits: CheckLimits = {},
): CheckReport => finish(checking(setting, properties, limits));
