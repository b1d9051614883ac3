/**
 * Many runs of a setting, each with a seed of its own, and what they tell together. Whoever makes which of them, in whatever
 * order, the report is the same.
 */
import {
  type Evidence,
  overall,
  type Property,
  type PropertyId,
  type PropertyVerdict,
  type Setting,
  verdictsOf,
} from "../model/index.ts";
import type { Answer } from "./progress.ts";
import type { Scheduler } from "./scheduler/scheduler.ts";
import { type RunReport, simulating } from "./simulate.ts";

/** What all runs have in common. Those of one campaign share what they find out (`knowledge/`). */
export interface Campaign {
  readonly setting: Setting;
  readonly properties: readonly Property[];
  /** The seeds of the runs are derived from it: {@link seedOfRun}. */
  readonly seed: string;
  /** Called anew for each run, with the run's own seed. */
  readonly schedulerFor: (seed: string) => Scheduler;
  /** Each run is cut short after so many steps; without it, none is. */
  readonly maxSteps?: number;
  /** Bytes, about, that may be taken by what its runs have found out. */
  readonly memory?: number;
}

/** Runs that follow one another. They are numbered from 1. */
export interface Stretch {
  readonly first: number;
  readonly runs: number;
}

/** What is known of a property that was broken. */
export interface Break {
  /** How many runs broke it. */
  readonly runs: number;
  /** The number of the first of them. */
  readonly run: number;
  /** Why that one broke it. */
  readonly because: string;
  /** Steps of that run up to the break. */
  readonly at: number;
  /** Events of that run up to the break. */
  readonly events: number;
}

/** What a stretch of runs that were made has told. Plain data: it can be sent from thread to thread. */
export interface Tally extends Stretch {
  /** Of all its runs. */
  readonly steps: number;
  /** Runs that ended because nothing could move any more. */
  readonly rested: number;
  readonly broken: ReadonlyMap<PropertyId, Break>;
  readonly shown: ReadonlySet<PropertyId>;
  readonly started: ReadonlySet<PropertyId>;
}

/** How far a stretch is: runs that were made, and steps, those of the run under way among them. */
export interface CampaignProgress {
  readonly runs: number;
  readonly steps: number;
}

/** What the runs from the first one on tell, as far as there is no gap. */
export interface CampaignReport {
  readonly runs: number;
  readonly steps: number;
  readonly rested: number;
  readonly verdict: "holds" | "violated" | "unknown";
  readonly properties: readonly (PropertyVerdict & {
    /** Null where no run broke it. */
    readonly broken: Break | null;
  })[];
}

/** The seed of a run. The first one has the campaign's own. */
export const seedOfRun = (seed: string, run: number): string => (run === 1 ? seed : `${seed}/${run}`);

const nothingFrom = (first: number): Tally => ({
  first,
  runs: 0,
  steps: 0,
  rested: 0,
  broken: new Map(),
  shown: new Set(),
  started: new Set(),
});

const tallyOf = (run: number, { steps, complete, evidence, properties }: RunReport): Tally => ({
  first: run,
  runs: 1,
  steps: steps.length,
  rested: complete ? 1 : 0,
  broken: new Map(
    properties
      .filter(({ verdict }) => verdict === "violated")
      .map(({ id, because, at, steps: events }) => [id, { runs: 1, run, because, at, events }]),
  ),
  shown: evidence.shown,
  started: evidence.started,
});

const joined = <T>(some: ReadonlySet<T>, more: ReadonlySet<T>): ReadonlySet<T> => new Set([...some, ...more]);

/** What both tell; `next` begins where the other one ends. */
const goneOn = (tally: Tally, next: Tally): Tally => {
  const broken = new Map(tally.broken);
  for (const [id, later] of next.broken) {
    const before = broken.get(id);
    broken.set(id, before === undefined ? later : { ...before, runs: before.runs + later.runs });
  }
  return {
    first: tally.first,
    runs: tally.runs + next.runs,
    steps: tally.steps + next.steps,
    rested: tally.rested + next.rested,
    broken,
    shown: joined(tally.shown, next.shown),
    started: joined(tally.started, next.started),
  };
};

/**
 * Makes a stretch of the runs, and yields how far it is, within long runs as well. Where it is ended early, the run under way
 * is left out: what it returns is about the runs that were made to their end, which are the first ones of the stretch.
 */
export function* campaigning(
  campaign: Campaign,
  { first, runs }: Stretch,
): Generator<CampaignProgress, Tally, Answer> {
  const { setting, properties, seed, schedulerFor, maxSteps, memory } = campaign;
  let tally = nothingFrom(first);
  for (let run = first; run < first + runs; run++) {
    const work = simulating(setting, properties, schedulerFor(seedOfRun(seed, run)), maxSteps, memory);
    let step = work.next(undefined);
    for (; !step.done; step = work.next(undefined)) {
      const progress = { runs: tally.runs, steps: tally.steps + step.value };
      if ((yield progress) === "stop") return tally;
    }
    tally = goneOn(tally, tallyOf(run, step.value));
  }
  return tally;
}

/** The same with fewer tallies: those that follow one another are one. No run may be in two of them. */
export const joinTallies = (tallies: readonly Tally[]): readonly Tally[] => {
  const known: Tally[] = [];
  for (const next of tallies.filter(({ runs }) => runs > 0).sort((a, b) => a.first - b.first)) {
    const last = known.at(-1);
    if (last === undefined || last.first + last.runs < next.first) known.push(next);
    else known[known.length - 1] = goneOn(last, next);
  }
  return known;
};

/** What is known from the first run on. What is behind a run that is missing is left out. */
export const tallyFromFirst = (tallies: readonly Tally[]): Tally => {
  const [known] = joinTallies(tallies);
  return known?.first === 1 ? known : nothingFrom(1);
};

/** The report on what was made of a campaign, in whatever parts and order ({@link tallyFromFirst}). */
export const reportOn = (
  { setting, properties }: Pick<Campaign, "setting" | "properties">,
  tallies: readonly Tally[],
): CampaignReport => {
  const { runs, steps, rested, broken, shown, started } = tallyFromFirst(tallies);
  const evidence: Evidence = {
    violated: new Map([...broken].map(([id, { because, events }]) => [id, { because, steps: events }])),
    shown,
    started,
    complete: runs > 0 && rested === runs,
    rested: rested > 0,
    single: true,
  };
  const verdicts = verdictsOf(properties, setting, evidence);
  return {
    runs,
    steps,
    rested,
    // Where no run was made, nothing is known of what some run must show either.
    verdict: runs === 0 ? "unknown" : overall(verdicts, true),
    properties: verdicts.map((verdict) => ({ ...verdict, broken: broken.get(verdict.id) ?? null })),
  };
};
