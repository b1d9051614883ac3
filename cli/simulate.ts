/** `papaya simulate`: runs under a seeded scheduler. One of them; with `--runs`, a campaign (`campaign.ts`). */
import { type Command, Option } from "commander";
import {
  overall,
  type Property,
  type Protocol,
  printSchedule,
  type Schedule,
  settingOf,
} from "../model/index.ts";
import { loadProtocol } from "../real/protocol.ts";
import { type RunReport, simulating } from "../sim/index.ts";
import { brokenSchedule, leaveSchedules, showSchedule } from "./breaks.ts";
import { type CampaignOptions, runCampaign } from "./campaign.ts";
import { drive, Interruption } from "./drive.ts";
import { codeOf, UsageError } from "./exit.ts";
import {
  addBounds,
  addOutputs,
  addProperties,
  addSaving,
  addSeed,
  boundsFrom,
  positive,
  prepareOutputs,
} from "./options.ts";
import { colors, count, say, sayJson } from "./output.ts";
import { describeBounds, verdictTable } from "./report.ts";
import { describeScheduler, schedulerFor } from "./scheduler.ts";

/** Ordering constraints that PCT looks for. */
const usualDepth = 3;

/** Without `runs` there is one run, and no campaign. */
interface SimulateOptions extends Omit<CampaignOptions, "runs"> {
  readonly runs?: number;
}

/** As they are said. */
interface SimulateFlags extends Omit<SimulateOptions, "depth"> {
  readonly depth?: number;
}

/** A schedule for each property that broke. */
const brokenSchedules = async (
  report: RunReport,
  properties: readonly Property[],
  reference: string,
  wantsShrinking: boolean,
  interruption: Interruption,
): Promise<Map<Property, Schedule>> => {
  const schedules = new Map<Property, Schedule>();
  for (const verdict of report.properties) {
    const property = properties.find(({ id }) => id === verdict.id);
    if (verdict.verdict !== "violated" || property === undefined) continue;
    const { setting } = report;
    const steps = report.steps.slice(0, verdict.at);
    schedules.set(
      property,
      await brokenSchedule(setting, property, verdict, steps, reference, wantsShrinking, interruption),
    );
  }
  return schedules;
};

const simulateOnce = async (
  protocol: Protocol,
  reference: string,
  options: SimulateOptions,
): Promise<void> => {
  prepareOutputs(options);
  const bounds = boundsFrom(options, protocol);
  const setting = settingOf(protocol, bounds);
  const interruption = new Interruption();
  const work = simulating(setting, options.properties, schedulerFor(setting, options), options.maxSteps);
  const show = (steps: number) => `${count(steps)} steps`;
  const { result, seconds } = await drive(
    work,
    `simulating ${protocol.id}`,
    show,
    () => interruption.isAsked,
  );
  const schedules = await brokenSchedules(
    result,
    options.properties,
    reference,
    options.shrink,
    interruption,
  );
  interruption.end();
  const verdict = overall(result.properties, true);
  if (options.json !== undefined) {
    const texts = new Map([...schedules].map(([{ id }, schedule]) => [id, printSchedule(schedule)]));
    sayJson(options.json, {
      protocol: reference,
      bounds,
      seed: options.seed,
      scheduler: options.scheduler,
      verdict,
      steps: result.steps.length,
      complete: result.complete,
      seconds: Math.round(seconds * 1000) / 1000,
      properties: result.properties.map(({ id, name, kind, verdict: one, because, at }) => ({
        ...{ id, name, kind, verdict: one, because },
        steps: at || null,
        schedule: texts.get(id) ?? null,
      })),
    });
  } else {
    say(
      `${colors.bold(reference)}: ${describeBounds(bounds)}, seed ${options.seed} (${describeScheduler(options)})`,
    );
    say(
      `${count(result.steps.length)} steps${result.complete ? " until nothing could move any more" : ", cut short"}`,
    );
    say();
    say(verdictTable(result.properties));
    for (const [property, schedule] of schedules) {
      say();
      say(colors.bold(`${schedule.property}, broken in ${schedule.steps.length} steps:`));
      say(showSchedule(setting, property, schedule));
    }
    const again = schedules.size === 0 ? "" : `; again: papaya ${process.argv.slice(2).join(" ")}`;
    say();
    const weight = verdict === "violated" ? "one run is enough" : "one run of many, it proves nothing";
    say(`${verdict}: ${weight}${again}`);
  }
  leaveSchedules(schedules, protocol.id, options.properties, options);
  process.exitCode = codeOf(verdict, interruption.isAsked);
};

/** Throws a UsageError for what has no meaning where there is one run. */
const demandSingle = ({ workers, maxSeconds }: SimulateFlags): void => {
  const many = [
    ...(workers === undefined ? [] : ["--workers"]),
    ...(maxSeconds === undefined ? [] : ["--max-seconds"]),
  ];
  if (many.length > 0)
    throw new UsageError(`${many.join(", ")}: for many runs. Say with --runs how many there are to be.`);
};

const simulate = async (reference: string, flags: SimulateFlags): Promise<void> => {
  const { depth, runs, scheduler } = flags;
  if (runs === undefined) demandSingle(flags);
  if (depth !== undefined && scheduler !== "pct")
    throw new UsageError("--depth: for another scheduler. Say --scheduler pct as well.");
  const options = { ...flags, depth: depth ?? usualDepth };
  const protocol = await loadProtocol(reference);
  return runs === undefined
    ? simulateOnce(protocol, reference, options)
    : runCampaign(protocol, reference, { ...options, runs });
};

export const addSimulate = (program: Command): void => {
  const command = program
    .command("simulate")
    .description("run the model under a seeded scheduler, with up to 62 clients, and judge the run, or many")
    .argument("[protocol]", "a shipped protocol, or a file: ./my-protocol.ts", "papaya");
  addSaving(addOutputs(addProperties(addSeed(addBounds(command)))))
    .addOption(new Option("--scheduler <name>", "who goes next").choices(["random", "pct"]).default("random"))
    .option(
      "--depth <n>",
      `for pct: the number of ordering constraints looked for (default: ${usualDepth})`,
      positive,
    )
    .option("--runs <n>", "make so many runs: the first has the seed itself, run k has SEED/k", positive)
    .option(
      "--workers <n>",
      "for many runs: threads that make them (default: after a second, one for each core)",
      positive,
    )
    .option("--max-seconds <n>", "for many runs: begin no more after so many seconds", positive)
    .option("--max-steps <n>", "cut each run short after so many steps", positive)
    .option("--no-shrink", "show a failing run as it was")
    .addHelpText(
      "after",
      `
Examples:
  papaya simulate --clients 50 --messages 20 --seed 7
  papaya simulate --clients 5 --messages 3 --faults crash=2,short-write=3,daemon-restart=1
  papaya simulate no-lock --scheduler pct --depth 4 --schedule-out out
  papaya simulate --runs 10000 --seed 7        many runs on all cores: how often does each property break?
  papaya simulate --seed 7/37                  run 37 of them, alone

The same seed gives the same bytes. Exit code: 0 holds, 1 violated, 2 called wrongly, 3 unknown (cut short), 130 interrupted.`,
    )
    .action(simulate);
};
