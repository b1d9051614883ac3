/** `papaya simulate --runs`: many seeded runs on all cores, judged together. */
import { availableParallelism } from "node:os";
import { type Property, type Protocol, printSchedule, type Schedule } from "../model/index.ts";
import {
  type Break,
  type Campaign,
  type CampaignProgress,
  type CampaignReport,
  campaigning,
  reportOn,
  type Stretch,
  seedOfRun,
  simulating,
  type Tally,
  tallyFromFirst,
} from "../sim/index.ts";
import { brokenSchedule, leaveSchedules } from "./breaks.ts";
import { campaignOf, makeInThreads, type Order } from "./campaign-crew.ts";
import { campaignJson, type Ending, sayCampaign } from "./campaign-report.ts";
import { drive, Interruption, ProgressLine } from "./drive.ts";
import { codeOf } from "./exit.ts";
import { boundsFrom, prepareOutputs, type SharedOptions } from "./options.ts";
import { count, sayJson } from "./output.ts";
import type { SchedulerOptions } from "./scheduler.ts";

export interface CampaignOptions extends SharedOptions, SchedulerOptions {
  readonly seed: string;
  readonly runs: number;
  readonly workers?: number;
  readonly maxSeconds?: number;
  readonly maxSteps?: number;
  readonly shrink: boolean;
}

/** Seconds for which this thread is alone, unless the user has said how many there are to be: what ends by then needs no others. */
const aloneFor = 1;

/** The runs of a campaign. Ended early, there may be gaps between those that were made. */
const makeRuns = async (
  campaign: Campaign,
  order: Order,
  { runs, workers, maxSeconds = Number.POSITIVE_INFINITY }: CampaignOptions,
  interruption: Interruption,
): Promise<readonly Tally[]> => {
  const what = `simulating ${campaign.setting.protocol.id}`;
  const line = new ProgressLine(what);
  const many = workers ?? availableParallelism();
  const show = (progress: CampaignProgress, seconds: number) =>
    `${count(progress.runs)} of ${count(runs)} runs, ${count(progress.steps)} steps, ` +
    `${count(Math.round(progress.steps / seconds))} steps/s`;
  const shouldStop = (seconds: number) => interruption.isAsked || seconds > maxSeconds;
  const make = async (stretch: Stretch, patience = Number.POSITIVE_INFINITY) => {
    const isEnough = (seconds: number) => shouldStop(seconds) || seconds > patience;
    return (await drive(campaigning(campaign, stretch), what, show, isEnough)).result;
  };
  const all = { first: 1, runs };
  if (many === 1) return [await make(all)];
  const begun = workers === undefined ? [await make(all, aloneFor)] : [];
  const before = { runs: begun[0]?.runs ?? 0, steps: begun[0]?.steps ?? 0 };
  if (before.runs === runs || shouldStop(line.seconds)) return begun;
  const rest = { first: before.runs + 1, runs: runs - before.runs };
  const look = (progress: CampaignProgress) => {
    const sum = { runs: before.runs + progress.runs, steps: before.steps + progress.steps };
    line.show(show(sum, line.seconds));
    return shouldStop(line.seconds) ? "stop" : undefined;
  };
  const { tallies, failure } = await makeInThreads(order, rest, many, look).finally(() => line.end());
  const made = [...begun, ...tallies];
  // What is behind a gap is left out, failures as well.
  if (failure === null || failure.stretch.first > tallyFromFirst(made).runs + 1) return made;
  await drive(campaigning(campaign, failure.stretch), what, show, () => interruption.isAsked);
  if (interruption.isAsked) return made;
  throw failure;
};

/** A schedule of the first run that breaks a property. The run is made once more: none of its steps were kept. */
const scheduleFrom = async (
  { setting, properties, seed, schedulerFor }: Campaign,
  property: Property,
  { run, because, at }: Break,
  reference: string,
  wantsShrinking: boolean,
  interruption: Interruption,
): Promise<Schedule> => {
  const again = simulating(setting, properties, schedulerFor(seedOfRun(seed, run)), at);
  const { result } = await drive(
    again,
    `run ${count(run)} once more`,
    (steps) => `${count(steps)} steps`,
    () => false,
  );
  const broken = { id: property.id, name: property.name, because };
  return brokenSchedule(setting, property, broken, result.steps, reference, wantsShrinking, interruption);
};

const schedulesOf = async (
  report: CampaignReport,
  campaign: Campaign,
  reference: string,
  wantsShrinking: boolean,
  interruption: Interruption,
): Promise<Map<Property, Schedule>> => {
  const schedules = new Map<Property, Schedule>();
  for (const { id, broken } of report.properties) {
    const property = campaign.properties.find((other) => other.id === id);
    if (property === undefined || broken === null) continue;
    schedules.set(
      property,
      await scheduleFrom(campaign, property, broken, reference, wantsShrinking, interruption),
    );
  }
  return schedules;
};

/** Makes the runs, reports them, and sets the exit code. Throws what a run throws. */
export const runCampaign = async (
  protocol: Protocol,
  reference: string,
  options: CampaignOptions,
): Promise<void> => {
  prepareOutputs(options);
  const bounds = boundsFrom(options, protocol);
  const { seed, scheduler, depth, maxSteps, shrink } = options;
  const order: Order = {
    ...{ reference, bounds, seed, scheduler, depth },
    properties: options.properties.map(({ id }) => id),
    ...(maxSteps === undefined ? {} : { maxSteps }),
  };
  const campaign = campaignOf(protocol, order, options.properties);
  const interruption = new Interruption();
  const started = performance.now();
  const tallies = await makeRuns(campaign, order, options, interruption);
  const seconds = (performance.now() - started) / 1000;
  const report = reportOn(campaign, tallies);
  const early: Ending = interruption.isAsked ? "interrupted" : "max-seconds";
  const ending: Ending = report.runs === options.runs ? "complete" : early;
  const schedules = await schedulesOf(report, campaign, reference, shrink, interruption);
  interruption.end();
  const told = { order, report, wanted: options.runs, ending, schedules };
  if (options.json === undefined) sayCampaign(told, campaign.setting);
  else {
    const texts = new Map([...schedules].map(([{ id }, schedule]) => [id, printSchedule(schedule)]));
    sayJson(options.json, campaignJson(told, seconds, texts));
  }
  leaveSchedules(schedules, protocol.id, options.properties, options);
  process.exitCode = codeOf(report.verdict, interruption.isAsked);
};
