/** What is said of many runs. Nothing of it depends on who made which of them, nor, but for `seconds`, on time. */
import { match } from "ts-pattern";
import type { Property, PropertyId, Schedule, Setting } from "../model/index.ts";
import { type CampaignReport, seedOfRun } from "../sim/index.ts";
import { showSchedule } from "./breaks.ts";
import type { Order } from "./campaign-crew.ts";
import { colors, columns, count, say } from "./output.ts";
import { describeBounds, showVerdict } from "./report.ts";
import { describeScheduler } from "./scheduler.ts";

/** Whether all runs were made, and if not, why. */
export type Ending = "complete" | "interrupted" | "max-seconds";

/** What there is to tell of a campaign. */
export interface Told {
  readonly order: Order;
  readonly report: CampaignReport;
  /** Runs that were asked for. */
  readonly wanted: number;
  readonly ending: Ending;
  readonly schedules: ReadonlyMap<Property, Schedule>;
}

const countRuns = (runs: number): string => `${count(runs)} run${runs === 1 ? "" : "s"}`;

/** `437 of 1,000 runs`, or `1,000 runs` where that is all of them. */
const runsOf = ({ report: { runs }, wanted }: Told): string =>
  runs === wanted ? countRuns(runs) : `${count(runs)} of ${countRuns(wanted)}`;

/** How the runs ended that were made. */
const describeEnds = ({ report: { runs, rested } }: Told): string => {
  if (runs === 0) return "";
  if (rested === runs)
    return runs === 1 ? ", until nothing could move any more" : ", each until nothing could move any more";
  return `, ${count(rested)} until nothing could move any more, ${count(runs - rested)} cut short`;
};

const describeEnding = ({ ending, report: { runs } }: Told): string => {
  const rest = `the report is about ${runs === 0 ? "no run" : `the first ${runs === 1 ? "one" : count(runs)}`}`;
  return match(ending)
    .with("complete", () => "")
    .with("interrupted", () => `ended early, interrupted: ${rest}`)
    .with("max-seconds", () => `ended early by --max-seconds: ${rest}`)
    .exhaustive();
};

const table = ({ properties }: CampaignReport): string =>
  columns(
    properties.map(({ id, name, kind, verdict, because, broken }) => [
      `  ${id}`,
      name,
      colors.dim(kind),
      showVerdict(verdict),
      broken === null ? "" : `in ${countRuns(broken.runs)}`,
      because,
    ]),
  );

/** Flags that belong to a campaign and not to one of its runs, or that write files, each with its value. */
const withValue = /^--(?:runs|workers|max-seconds|seed|schedule-out)$/;
const notOfOneRun = /^--(?:(?:runs|workers|max-seconds|seed|schedule-out)=.*|(?:json|save)(?:=.*)?)$/s;

/** A word as a shell takes it. */
const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

/** The command that makes one of the runs alone, after the one that made them all: `simulate no-lock --runs 9`. */
export const commandFor = (words: readonly string[], seed: string): string => {
  const isValue = (word: string, before = ""): boolean =>
    withValue.test(before) || (before === "--save" && !word.startsWith("-"));
  const kept = words.filter(
    (word, at) => !isValue(word, words[at - 1]) && !withValue.test(word) && !notOfOneRun.test(word),
  );
  const end = kept.indexOf("--");
  return ["papaya", ...kept.toSpliced(end < 0 ? kept.length : end, 0, "--seed", seed)].map(quoted).join(" ");
};

const sayBreaks = (told: Told, setting: Setting): void => {
  const { order, report, schedules } = told;
  for (const [property, schedule] of schedules) {
    const broken = report.properties.find(({ id }) => id === property.id)?.broken ?? null;
    if (broken === null) continue;
    const [many, first] = [`${count(broken.runs)} of ${countRuns(report.runs)}`, count(broken.run)];
    say();
    say(
      colors.bold(
        `${schedule.property}, broken in ${many}; here in ${schedule.steps.length} steps, from run ${first}:`,
      ),
    );
    say(showSchedule(setting, property, schedule));
    say(`run ${first} alone: ${commandFor(process.argv.slice(2), seedOfRun(order.seed, broken.run))}`);
  }
};

const conclusion = ({ report: { runs, verdict } }: Told): string => {
  if (runs === 0) return `${verdict}: no run was made`;
  if (verdict === "violated") return `${verdict}: one run is enough`;
  return `${verdict}: ${runs === 1 ? "one run of many, it proves" : `${count(runs)} runs of many, they prove`} nothing`;
};

/** The whole report, for people. */
export const sayCampaign = (told: Told, setting: Setting): void => {
  const { order, report, ending } = told;
  const { reference, bounds, seed } = order;
  say(`${colors.bold(reference)}: ${describeBounds(bounds)}, seed ${seed} (${describeScheduler(order)})`);
  say(`${runsOf(told)}, ${count(report.steps)} steps in all${describeEnds(told)}`);
  if (ending !== "complete") say(colors.yellow(describeEnding(told)));
  say();
  say(table(report));
  sayBreaks(told, setting);
  say();
  say(conclusion(told));
};

/** The report for machines. `schedules`: their texts. */
export const campaignJson = (
  { order, report, wanted, ending }: Told,
  seconds: number,
  schedules: ReadonlyMap<PropertyId, string>,
): object => ({
  protocol: order.reference,
  bounds: order.bounds,
  seed: order.seed,
  scheduler: order.scheduler,
  verdict: report.verdict,
  runs: report.runs,
  wanted,
  ending,
  steps: report.steps,
  rested: report.rested,
  complete: report.rested === wanted,
  seconds: Math.round(seconds * 1000) / 1000,
  properties: report.properties.map(({ id, name, kind, verdict, because, broken }) => ({
    ...{ id, name, kind, verdict, because },
    runs: broken?.runs ?? 0,
    first: broken === null ? null : { run: broken.run, seed: seedOfRun(order.seed, broken.run) },
    steps: broken?.at || null,
    schedule: schedules.get(id) ?? null,
  })),
});
