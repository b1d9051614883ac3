/** Checks progress properties exhaustively, under a fairness: verdicts, and a schedule with a loop for each that breaks. */
import {
  type Fairness,
  overall,
  type ProgressProperty,
  type PropertyVerdict,
  type Schedule,
  type Setting,
  scheduleOf,
} from "../../model/index.ts";
import type { SearchProgress } from "../checker/search.ts";
import { type Answer, finish } from "../progress.ts";
import { type Exploration, exploring } from "./explore.ts";
import { fairComponents } from "./fair.ts";
import { findStarvation } from "./judge.ts";
import { type Follow, followLasso } from "./lasso.ts";

export interface CheckedProgress extends PropertyVerdict {
  /** A run on which somebody waits for ever: its stem, and what is repeated; null where there is none. */
  readonly schedule: Schedule | null;
  /** What everybody does on it. */
  readonly lasso: Follow | null;
  /** Why there was nothing to judge; empty where there was. */
  readonly vacuous: string;
}

export interface LivenessReport {
  readonly setting: Setting;
  readonly fairness: Fairness;
  readonly verdict: "holds" | "violated" | "unknown";
  readonly states: number;
  readonly transitions: number;
  readonly depth: number;
  readonly quiescent: number;
  /** States that lie on some loop: only where there are any can runs go on for ever. */
  readonly cyclic: number;
  /** States found but not expanded: 0 where the search is complete. */
  readonly queue: number;
  readonly bytesPerState: number;
  readonly properties: readonly CheckedProgress[];
}

const all = (count: number): Int32Array => Int32Array.from({ length: count }, (_, state) => state);

const nobodyWaits = (
  property: ProgressProperty,
  setting: Setting,
  waits: Exploration["waits"][number],
): string => {
  if (property.appliesTo?.(setting) === false) return "it does not speak of such an environment";
  return waits.sets.every((names) => names.length === 0) ? "nobody waits anywhere within these bounds" : "";
};

/** Checks, and yields how far it has got. Reaching `maxStates` leaves what is not broken by then unknown. */
export function* checkingLiveness(
  setting: Setting,
  properties: readonly ProgressProperty[],
  fairness: Fairness,
  maxStates?: number,
): Generator<SearchProgress, LivenessReport, Answer> {
  const explored = yield* exploring(setting, properties, maxStates);
  const { graph, expanded, depth, quiescent, edges, bytesPerState } = explored;
  const actionsOf = (path: readonly number[]) => path.map((edge) => edges[graph.step[edge]!]!.action);
  const checked = properties.map((property, at): CheckedProgress => {
    const { id, name, kind } = property;
    const waits = explored.waits[at]!;
    const open = { id, name, kind, because: "", steps: 0, schedule: null, lasso: null, vacuous: "" };
    const vacuous = nobodyWaits(property, setting, waits);
    if (property.appliesTo?.(setting) === false) return { ...open, verdict: "not-applicable", vacuous };
    const found = findStarvation(property, { graph, expanded, waits }, fairness);
    if (found === null && expanded < graph.count) return { ...open, verdict: "unknown" };
    if (found === null) return { ...open, verdict: vacuous === "" ? "holds" : "not-applicable", vacuous };
    const because = property.because(found.who);
    const [stem, loop] = [actionsOf(found.stem), actionsOf(found.loop)];
    const broken = { property: `${id} ${name}`, because };
    return {
      ...{ ...open, verdict: "violated", because, steps: stem.length + loop.length },
      schedule: { ...scheduleOf(setting, stem, broken), fairness, loop },
      lasso: followLasso(setting, property, fairness, stem, loop),
    };
  });
  const cyclic = fairComponents(graph, all(expanded), "none").reduce((sum, { length }) => sum + length, 0);
  return {
    ...{ setting, fairness, verdict: overall(checked), states: graph.count },
    ...{ transitions: graph.target.length, depth, quiescent, cyclic },
    ...{ queue: graph.count - expanded, bytesPerState, properties: checked },
  };
}

/** Checks without a break. */
export const checkLiveness = (
  setting: Setting,
  properties: readonly ProgressProperty[],
  fairness: Fairness,
  maxStates?: number,
): LivenessReport => finish(checkingLiveness(setting, properties, fairness, maxStates));
