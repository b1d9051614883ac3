/**
 * Whether there is an order. A search in jumps finds what there is, mostly soon, and proves nothing where it finds none; a
 * complete one proves it, but loses itself in a long trace. So both go on in turns, and the first answer counts.
 */
import type { Setting } from "../../model/index.ts";
import type { Answer } from "../progress.ts";
import type { Track } from "./intervals.ts";
import { Position } from "./position.ts";
import { type Manner, Search } from "./search.ts";

export interface ValidationProgress {
  /** Steps that were tried, those that were taken back included. */
  readonly tried: number;
  /** Calls, deaths and so on that are accounted for by now, and all of them. */
  readonly done: number;
  readonly total: number;
}

export type Work<R> = Generator<ValidationProgress, R, Answer>;

/** How many steps may be tried, and how many have been. */
export class Effort {
  tried = 0;
  private isAsked = false;

  constructor(private readonly mostSteps: number) {}

  /** Whether the work is to end, answer or not. */
  get isOver(): boolean {
    return this.isAsked || this.tried >= this.mostSteps;
  }

  hear(answer: Answer): void {
    this.isAsked ||= answer === "stop";
  }
}

export interface Decision {
  /** Null where nobody knows. */
  readonly found: boolean | null;
  /** The search that knows, or has tried. */
  readonly search: Search;
}

/** Lets a search go on for some steps; undefined where it has not come to an end by then. */
function* pursuing(search: Search, effort: Effort, steps: number): Work<boolean | undefined> {
  const { position } = search;
  const total = position.tracks.reduce((sum, { entries }) => sum + entries.length, 0);
  const goal = search.tried + steps;
  while (search.tried < goal && !effort.isOver) {
    const before = search.tried;
    const outcome = search.goOn(Math.min(someSteps, goal - before));
    effort.tried += search.tried - before;
    if (outcome !== undefined) return outcome;
    const done = position.tracks.reduce((sum, _, track) => sum + position.placeOf(track), 0);
    effort.hear(yield { tried: effort.tried, done, total });
  }
  return undefined;
}

/** So many steps are tried between two reports. */
const someSteps = 1 << 6;

/** In turns, each as long as its predecessor and a little longer. */
function* inTurns(jumping: Search, complete: Search, effort: Effort): Work<Decision> {
  let isLost = false;
  for (let steps = someSteps; !effort.isOver; steps *= 2) {
    const found: boolean | undefined = isLost ? undefined : yield* pursuing(jumping, effort, steps);
    if (found) return { found, search: jumping };
    isLost = isLost || found === false;
    const known = yield* pursuing(complete, effort, steps);
    if (known !== undefined) return { found: known, search: complete };
  }
  return { found: null, search: jumping };
}

/** An order without any allowance, where one is found soon; otherwise one with them. */
export function* deciding(setting: Setting, tracks: readonly Track[], effort: Effort): Work<Decision> {
  const start = (manner: Manner, allowing: boolean) =>
    new Search(new Position(setting, tracks, allowing), manner);
  const soon = tracks.reduce((sum, { entries }) => sum + 2 * entries.length, 500);
  const plain = start("jumping", false);
  const found: boolean | undefined = yield* pursuing(plain, effort, soon);
  if (found || effort.isOver) return { found: found || null, search: plain };
  return yield* inTurns(start("jumping", true), start("complete", true), effort);
}
