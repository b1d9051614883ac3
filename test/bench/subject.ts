/** What our side searches or simulates, made from a row's data. */
import { availableParallelism } from "node:os";
import { match } from "ts-pattern";
import { campaignOf, makeInThreads, type Order } from "../../cli/campaign-crew.ts";
import { crewOf } from "../../cli/crew.ts";
import { type Budget, type Property, type Setting, settingOf } from "../../model/index.ts";
import { papaya } from "../../model/protocols/index.ts";
import { properties } from "../../properties/index.ts";
import {
  type Answer,
  type CampaignProgress,
  type CheckReport,
  checking,
  finish,
  RandomScheduler,
  reportOn,
  type SearchProgress,
  simulating,
} from "../../sim/index.ts";
import { miniature } from "../miniature/miniature.ts";
import { asserted, deliveredInFull, deliveredInOrder } from "../miniature/properties.ts";

export interface MiniatureSearch {
  readonly of: "miniature";
  readonly clients: number;
  readonly messages: number;
  /** Whether the properties ask for the order of the log; otherwise it is left out, with whatever else nobody looks at. */
  readonly keepsOrder: boolean;
  /** With all reductions, and on all cores; else in full, on one. */
  readonly reduced: boolean;
}

export interface PapayaSearch {
  readonly of: "papaya";
  readonly clients: number;
  readonly messages: number;
  readonly faults: Budget;
  readonly reduced: boolean;
}

/** Runs of `papaya` under the random scheduler, with seeds 1, 2, 3 and so on, until so many steps are made. */
export interface Simulations {
  readonly of: "simulation";
  readonly clients: number;
  readonly messages: number;
  readonly steps: number;
  /** After so many seeds it begins again with the first, as shrinking and replays go nearly the same way again and again. */
  readonly seeds: number;
}

/** So many runs of `papaya` under the random scheduler on all cores, each with a seed of its own, as `simulate --runs` makes them. */
export interface ManyRuns {
  readonly of: "runs";
  readonly clients: number;
  readonly messages: number;
  readonly runs: number;
}

/** What one thread leads through from beginning to end. */
export type Led = MiniatureSearch | PapayaSearch | Simulations;

export type Subject = Led | ManyRuns;

const settingAndProperties = (subject: Led): readonly [Setting, readonly Property[]] =>
  match(subject)
    .with({ of: "miniature" }, ({ clients, messages, keepsOrder }) => {
      const delivered = keepsOrder ? deliveredInOrder : deliveredInFull;
      return [settingOf(miniature(clients, messages)), [...asserted, delivered]] as const;
    })
    .with({ of: "papaya" }, ({ clients, messages, faults }) => {
      const bounds = { ...papaya.bounds, clients, messages, faults: { ...papaya.bounds.faults, ...faults } };
      return [settingOf(papaya, bounds), properties] as const;
    })
    .with({ of: "simulation" }, ({ clients, messages }) => {
      return [settingOf(papaya, { ...papaya.bounds, clients, messages }), properties] as const;
    })
    .exhaustive();

/** How far the work is: states found, steps taken. */
export type Progress = Pick<SearchProgress, "states" | "transitions">;

export interface Outcome extends Progress {
  readonly verdict: CheckReport["verdict"];
  /** Whether it went to its end. */
  readonly complete: boolean;
}

function* searching(subject: MiniatureSearch | PapayaSearch): Generator<Progress, Outcome, Answer> {
  const crew = crewOf(subject.reduced ? availableParallelism() : 1);
  try {
    const leavesOut = subject.reduced || (subject.of === "miniature" && !subject.keepsOrder);
    // As long as a fault may strike, hardly any order can be left out.
    const hasFaults = subject.of === "papaya" && Object.keys(subject.faults).length > 0;
    const reductions = { symmetry: subject.reduced, order: subject.reduced && !hasFaults, data: leavesOut };
    const report = yield* checking(...settingAndProperties(subject), { reductions, crew });
    const { verdict, states, transitions, queue } = report;
    return { verdict, states, transitions, complete: queue === 0 };
  } finally {
    crew.end();
  }
}

function* simulatingMany(subject: Simulations): Generator<Progress, Outcome, Answer> {
  const [setting, asked] = settingAndProperties(subject);
  let steps = 0;
  let verdict: Outcome["verdict"] = "holds";
  for (let run = 0; steps < subject.steps; run++) {
    const answer = yield { states: 0, transitions: steps };
    if (answer === "stop") return { verdict: "unknown", states: 0, transitions: steps, complete: false };
    const scheduler = new RandomScheduler(setting, String(1 + (run % subject.seeds)));
    const report = finish(simulating(setting, asked, scheduler));
    if (report.properties.some((property) => property.verdict === "violated")) verdict = "violated";
    steps += report.steps.length;
  }
  return { verdict, states: 0, transitions: steps, complete: true };
}

/** Makes many runs; `look` is called now and then, and answers whether to stop. */
export const makingRuns = async (
  { clients, messages, runs }: ManyRuns,
  look: (progress: Progress) => "stop" | undefined,
): Promise<Outcome> => {
  const bounds = { ...papaya.bounds, clients, messages };
  const order: Order = {
    ...{ reference: papaya.id, bounds, seed: "1", scheduler: "random", depth: 3 },
    properties: properties.map(({ id }) => id),
  };
  const all = { first: 1, runs };
  const shown = ({ steps }: CampaignProgress) => look({ states: 0, transitions: steps });
  const { tallies, failure } = await makeInThreads(order, all, availableParallelism(), shown);
  if (failure !== null) throw failure;
  const report = reportOn(campaignOf(papaya, order, properties), tallies);
  const { verdict, steps } = report;
  return { verdict, states: 0, transitions: steps, complete: report.runs === runs };
};

/** The work of a row; it begins when it is first asked how far it has got. */
export const working = (subject: Led): Generator<Progress, Outcome, Answer> =>
  subject.of === "simulation" ? simulatingMany(subject) : searching(subject);
