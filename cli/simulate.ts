/** `papaya simulate`: one run under a seeded scheduler. */
import { type Command, Option } from "commander";
import {
  overall,
  type Property,
  type PropertyId,
  printSchedule,
  type Schedule,
  type Setting,
  scheduleOf,
  settingOf,
} from "../model/index.ts";
import { loadProtocol } from "../real/protocol.ts";
import {
  PctScheduler,
  RandomScheduler,
  type RunReport,
  replay,
  type Scheduler,
  shrinking,
  simulating,
} from "../sim/index.ts";
import { saveSchedules } from "./corpus.ts";
import { drive, Interruption } from "./drive.ts";
import { codeOf } from "./exit.ts";
import {
  addBounds,
  addOutputs,
  addProperties,
  addSaving,
  addSeed,
  boundsFrom,
  positive,
  prepareOutputs,
  type SharedOptions,
} from "./options.ts";
import { colors, count, say, sayJson, writeSchedule } from "./output.ts";
import { describeBounds, showRun, verdictTable } from "./report.ts";

interface SimulateOptions extends SharedOptions {
  readonly seed: string;
  readonly scheduler: "random" | "pct";
  readonly depth: number;
  readonly maxSteps?: number;
  readonly shrink: boolean;
}

/** About how many steps a run of this size takes: what PCT spreads its change points over. */
const expectedSteps = ({ bounds }: Setting): number =>
  Math.max(100, 30 * (bounds.clients + bounds.strangers) * (1 + bounds.messages * bounds.segments));

export const schedulerFor = (
  setting: Setting,
  { seed, scheduler, depth }: Pick<SimulateOptions, "seed" | "scheduler" | "depth">,
): Scheduler =>
  scheduler === "pct"
    ? new PctScheduler(setting, seed, depth, expectedSteps(setting))
    : new RandomScheduler(setting, seed);

/** Shrinking replays the run many times over; longer ones are shown as they are. */
const longestShrunk = 3_000;

/** A schedule for each property that broke, shrunk where that is wanted and the run is not too long. */
const brokenSchedules = async (
  report: RunReport,
  properties: readonly Property[],
  reference: string,
  wantsShrinking: boolean,
  interruption: Interruption,
): Promise<Map<PropertyId, Schedule>> => {
  const schedules = new Map<PropertyId, Schedule>();
  for (const { id, name, verdict, because, at } of report.properties) {
    const property = properties.find((other) => other.id === id);
    if (verdict !== "violated" || property === undefined) continue;
    const steps = report.steps.slice(0, at);
    const small =
      wantsShrinking && at <= longestShrunk
        ? await drive(
            shrinking(report.setting, property, steps),
            `shrinking the schedule that breaks ${id}`,
            (runs) => `${count(runs)} runs`,
            () => interruption.isAsked,
          )
        : null;
    const broken = { property: `${id} ${name}`, because: small?.result?.because ?? because };
    schedules.set(id, scheduleOf(report.setting, small?.result?.steps ?? steps, broken, reference));
  }
  return schedules;
};

const simulateOnce = async (reference: string, options: SimulateOptions): Promise<void> => {
  const protocol = await loadProtocol(reference);
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
  if (options.json !== undefined)
    sayJson(options.json, {
      protocol: reference,
      bounds,
      seed: options.seed,
      scheduler: options.scheduler,
      verdict,
      steps: result.steps.length,
      complete: result.complete,
      seconds: Math.round(seconds * 1000) / 1000,
      properties: result.properties.map(({ id, name, kind, verdict: one, because, at }) => {
        const schedule = schedules.get(id);
        return {
          id,
          name,
          kind,
          verdict: one,
          because,
          steps: at || null,
          schedule: schedule ? printSchedule(schedule) : null,
        };
      }),
    });
  else {
    const how = options.scheduler === "pct" ? `pct, depth ${options.depth}` : "random";
    say(`${colors.bold(reference)}: ${describeBounds(bounds)}, seed ${options.seed} (${how})`);
    say(
      `${count(result.steps.length)} steps${result.complete ? " until nothing could move any more" : ", cut short"}`,
    );
    say();
    say(verdictTable(result.properties));
    for (const [id, schedule] of schedules) {
      say();
      say(colors.bold(`${schedule.property}, broken in ${schedule.steps.length} steps:`));
      const run = replay(
        setting,
        options.properties.filter((property) => property.id === id),
        schedule.steps,
      );
      say(showRun(run));
    }
    const again = schedules.size === 0 ? "" : `; again: papaya ${process.argv.slice(2).join(" ")}`;
    say();
    say(`${verdict}: one run of many, it proves nothing${again}`);
  }
  if (options.scheduleOut !== undefined)
    for (const [id, schedule] of schedules) {
      const path = writeSchedule(options.scheduleOut, id, schedule);
      if (options.json !== "-") say(`wrote ${path}`);
    }
  if (options.save !== undefined) {
    const broken = [...schedules].map(([id, schedule]) => ({ id, schedule }));
    for (const path of saveSchedules(options.save, protocol.id, broken, options.properties))
      if (options.json !== "-") say(`kept ${path}`);
  }
  process.exitCode = codeOf(verdict, interruption.isAsked);
};

export const addSimulate = (program: Command): void => {
  const command = program
    .command("simulate")
    .description("run the model once under a seeded scheduler, with up to 62 clients, and judge the run")
    .argument("[protocol]", "a shipped protocol, or a file: ./my-protocol.ts", "papaya");
  addSaving(addOutputs(addProperties(addSeed(addBounds(command)))))
    .addOption(new Option("--scheduler <name>", "who goes next").choices(["random", "pct"]).default("random"))
    .option("--depth <n>", "for pct: the number of ordering constraints looked for", positive, 3)
    .option("--max-steps <n>", "cut the run short after so many steps", positive)
    .option("--no-shrink", "show a failing run as it was")
    .addHelpText(
      "after",
      `
Examples:
  papaya simulate --clients 50 --messages 20 --seed 7
  papaya simulate --clients 5 --messages 3 --faults crash=2,short-write=3,daemon-restart=1
  papaya simulate no-lock --scheduler pct --depth 4 --schedule-out out

The same seed gives the same bytes. Exit code: 0 holds, 1 violated, 2 called wrongly, 3 unknown (cut short), 130 interrupted.`,
    )
    .action(simulateOnce);
};
