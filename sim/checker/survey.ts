/**
 * A survey of all states. It begins as a search that remembers ways. Where that grows, a sweep takes over, which is faster
 * and smaller and remembers none; and if it finds that something breaks, the search goes on to where it does.
 */
import type { Property, PropertyId, Setting } from "../../model/index.ts";
import { ContentsMatter } from "../engine/blindness.ts";
import { Asymmetry } from "../engine/permutation.ts";
import { CellMatters, type Slice, whole } from "../engine/slice.ts";
import { type Answer, partly } from "../progress.ts";
import {
  type Checkpoint,
  type Crew,
  describeSearch,
  ForeignCheckpoint,
  Sweep,
  type SweepResult,
} from "../sweep/index.ts";
import { showMachineTransition, unreachedTransitions } from "./coverage.ts";
import { Excursions } from "./excursions.ts";
import { type Break, Search, type SearchProgress, type SearchResult } from "./search.ts";
import { excursionsForSlicing, slicing } from "./slicing.ts";
import { none, type Reductions } from "./space.ts";

export interface SurveyLimits {
  /** The survey ends when there are more; a large one, with the layer in which that happens. */
  readonly maxStates?: number;
  /** Bytes that a large survey may take for the states that it has seen. */
  readonly maxBytes?: number;
  readonly reductions?: Reductions;
  /** Who does the work of a large survey; the calling thread alone where nobody is given. */
  readonly crew?: Crew;
  /** Whether a large survey keeps fingerprints of states in the place of states; the report tells the odds. */
  readonly compact?: boolean;
  /** Where a large survey that ended early goes on. */
  readonly from?: Checkpoint;
  /** Is given what a large survey needs to go on, where it ends early; not where orders are left out. */
  readonly keep?: (checkpoint: Checkpoint) => void;
}

export interface Survey {
  /** What the schedules of breaks can be read from. */
  readonly search: Search;
  readonly result: Omit<SearchResult, "breaks">;
  /** Transitions of the machines that were never taken. */
  readonly unreached: readonly string[];
  /** What breaks, and why; the break itself is null where the survey was stopped before it was found again. */
  readonly breaks: ReadonlyMap<
    PropertyId,
    { readonly because: string; readonly steps: number; readonly found: Break | null }
  >;
  readonly refusals: Refusals;
  readonly leftOut: LeftOut;
}

/** What was no part of a state. */
export interface LeftOut {
  /** What the lines of the log say: only where each of them came to stand was kept. */
  readonly contents: boolean;
  /** Kinds of cells that nobody reads, numbers written as `*`. */
  readonly unread: readonly string[];
}

/** Why something was not left out that was to be; empty where it was. */
export interface Refusals {
  /** Why clients were not taken for alike. */
  readonly asymmetry: string;
  /** Who looks at what the lines of the log say. */
  readonly contents: string;
}

/** So many states are searched before a sweep takes over. */
const smallSurvey = 1 << 14;

/** The same where orders are to be left out: in so many, and on excursions, most is seen that sweeps come to. */
const firstLook = 1 << 8;

type Work<R> = Generator<SearchProgress, R, Answer>;

/** Surveys; where something turns out to be needed that was to be left out, once more with it. */
export function* surveying(
  setting: Setting,
  properties: readonly Property[],
  limits: SurveyLimits = {},
): Work<Survey> {
  let reductions = limits.reductions ?? none;
  const guess = reductions.data ? yield* slicing(setting, properties) : { slice: whole, contents: "" };
  let { slice } = guess;
  let refusals: Refusals = { asymmetry: "", contents: guess.contents };
  for (;;) {
    try {
      return yield* surveyingOnce(setting, properties, { ...limits, reductions }, slice, refusals);
    } catch (error) {
      if (error instanceof Asymmetry) {
        reductions = { ...reductions, symmetry: false };
        refusals = { ...refusals, asymmetry: error.message };
      } else if (error instanceof ContentsMatter) {
        slice = { ...slice, labels: null };
        refusals = { ...refusals, contents: error.message };
      } else if (error instanceof CellMatters) {
        slice = { ...slice, unread: new Set([...slice.unread].filter((kind) => kind !== error.kind)) };
      } else throw error;
    }
  }
}

function* surveyingOnce(
  setting: Setting,
  properties: readonly Property[],
  limits: SurveyLimits & { readonly reductions: Reductions },
  slice: Slice,
  refusals: Refusals,
): Work<Survey> {
  const { maxStates = Number.POSITIVE_INFINITY, reductions, from } = limits;
  const search = new Search(setting, properties, reductions, slice);
  const { learning, excursions: plan } = reductions;
  const excursions =
    learning === undefined || plan !== undefined ? new Excursions(search, excursionsForSlicing, plan) : null;
  const told = { refusals, leftOut: { contents: slice.labels !== null, unread: [...slice.unread] } };
  if (from !== undefined) demandSame(from, search, reductions);
  else {
    const look = learning ?? (reductions.order ? firstLook : smallSurvey);
    const first = yield* search.run(Math.min(maxStates, look));
    const wasStopped = !first.complete && first.states <= look;
    if (first.complete || wasStopped || maxStates <= look || !(yield* preparing(search, excursions, first))) {
      const found = yield* findingAgain(search, slice, reductions, first.breaks, first.breaks);
      return { ...told, ...found, result: first, unreached: unreachedIn(search) };
    }
  }
  const { sweep, swept } = yield* sweeping(search, excursions, limits);
  const before = new Set(from?.unreached);
  const unreached = unreachedIn(search).filter((name) => from === undefined || before.has(name));
  // What was left out, and on account of what, would have to be kept as well.
  if (!swept.complete && !reductions.order && !reductions.data) limits.keep?.(sweep.checkpoint(unreached));
  const found = yield* findingAgain(search, slice, reductions, swept.breaks);
  return { ...told, ...found, result: swept, unreached };
}

/** Looks on for a sweep that is to leave out orders. False where it was ended early. */
function* preparing(
  { movers }: Search,
  excursions: Excursions | null,
  { states, transitions, queue, depth }: SearchProgress,
): Work<boolean> {
  if (movers === null) return true;
  const progress = () => ({ states, transitions, queue, depth });
  if (excursions !== null && (yield* partly(excursions.makingFor(0), progress)) === null) return false;
  return (yield* partly(movers.settling(), progress)) !== null;
}

const unreachedIn = ({ setting, product }: Search): string[] =>
  unreachedTransitions(setting.protocol, product.edges).map(showMachineTransition);

const demandSame = (
  from: Checkpoint,
  { setting, properties, symmetry }: Search,
  { order, data }: Reductions,
): void => {
  if (order || data)
    throw new ForeignCheckpoint("no checkpoint has what is needed to leave out orders or data");
  if (from.of !== describeSearch(setting, properties, symmetry !== null))
    throw new ForeignCheckpoint(
      "it is that of another search: protocol, bounds, properties and reductions must be the same",
    );
};

/** Sweeps, as often as it takes until all orders that were left out are known to make no difference. */
function* sweeping(
  search: Search,
  excursions: Excursions | null,
  { crew, from, compact, ...limits }: SurveyLimits,
): Work<{ readonly sweep: Sweep; readonly swept: SweepResult }> {
  for (;;) {
    const sweep = new Sweep(search, crew, { from, compact, excursions });
    const swept = yield* sweep.run(limits);
    if (swept !== null) return { sweep, swept };
  }
}

/**
 * Finds what breaks once more, in a search that remembers ways, and in which letters are letters. `found` is what this search
 * has found itself, where it need not go on.
 */
function* findingAgain(
  search: Search,
  { labels }: Slice,
  reductions: Reductions,
  known: ReadonlyMap<PropertyId, { readonly because: string; readonly steps: number }>,
  found?: ReadonlyMap<PropertyId, Break>,
): Work<Pick<Survey, "search" | "breaks">> {
  if (labels === null || known.size === 0)
    return { search, breaks: withBreaks(known, found ?? (yield* searchingFor(search, known))) };
  const plain = new Search(search.setting, search.properties, { ...reductions, order: false });
  return { search: plain, breaks: withBreaks(known, yield* searchingFor(plain, known)) };
}

/** Goes on with a search until it has come to where properties break that are known to. */
function* searchingFor(
  search: Search,
  wanted: ReadonlyMap<PropertyId, unknown>,
): Work<ReadonlyMap<PropertyId, Break>> {
  if (wanted.size === 0) return new Map();
  const { breaks } = yield* search.run(Number.POSITIVE_INFINITY, new Set(wanted.keys()));
  return breaks;
}

const withBreaks = (
  known: ReadonlyMap<PropertyId, { readonly because: string; readonly steps: number }>,
  found: ReadonlyMap<PropertyId, Break>,
): Survey["breaks"] =>
  new Map(
    [...known].map(([id, { because, steps }]) => {
      const again = found.get(id) ?? null;
      return [id, { because, steps: again?.steps ?? steps, found: again }];
    }),
  );
