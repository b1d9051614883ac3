/** `papaya replay`: a schedule file, step by step. */
import { readFileSync } from "node:fs";
import { type Command, Option } from "commander";
import { match } from "ts-pattern";
import {
  overall,
  type Property,
  parseSchedule,
  type Schedule,
  ScheduleError,
  type Setting,
  settingFor,
  showAction,
} from "../model/index.ts";
import type { SteeredReport } from "../real/index.ts";
import { loadProtocol, UnusableProtocol } from "../real/protocol.ts";
import { type ReplayReport, replay, replayAligned } from "../sim/index.ts";
import { Interruption } from "./drive.ts";
import { exitCodes, UsageError } from "./exit.ts";
import { addProperties, prepareOutputs, type SharedOptions } from "./options.ts";
import { colors, say, sayJson } from "./output.ts";
import { isLasso, refuseOtherProtocol, replayLasso, stepsOnProcesses } from "./replay-lasso.ts";
import { comparedVerdicts, describeBounds, showRun, showSteered, verdictTable } from "./report.ts";
import { allowProcesses, replaySteps, sayDivergence, steering } from "./steering.ts";

interface ReplayOptions extends Pick<SharedOptions, "properties" | "json"> {
  readonly protocol?: string;
  readonly on: "model" | "processes";
}

const readSchedule = (path: string): Schedule => {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new UsageError(
      `${path} cannot be read: ${(error as Error).message}. “papaya check --schedule-out DIR” writes schedules.`,
    );
  }
  try {
    return parseSchedule(text);
  } catch (error) {
    if (error instanceof ScheduleError) throw new UsageError(`${path}, ${error.message}`);
    throw error;
  }
};

const sayStale = (path: string, { stale }: ReplayReport): void => {
  if (stale === null) return;
  say(colors.yellow(`stale: step ${stale.step} of ${path} no longer fits`));
  say(`  it says    ${showAction(stale.wanted)}`);
  say(
    `  but        ${stale.wanted.process} ${stale.standsBefore === "" ? "does not exist there" : `stands before ${stale.standsBefore}`}`,
  );
  if (stale.nearest !== null) say(`  nearest    ${showAction(stale.nearest)}`);
};

const verdictOf = ({ stale, properties }: ReplayReport, real: SteeredReport | null): string => {
  if (stale !== null) return "stale";
  if (real?.divergence) return "diverged";
  return overall(real?.properties ?? properties, true);
};

const replayJson = (schedule: Schedule, report: ReplayReport, real: SteeredReport | null): object => ({
  protocol: report.setting.protocol.id,
  bounds: schedule.bounds,
  verdict: verdictOf(report, real),
  steps: report.steps.length,
  complete: report.complete,
  stale:
    report.stale === null
      ? null
      : {
          step: report.stale.step,
          wanted: showAction(report.stale.wanted),
          nearest: report.stale.nearest === null ? null : showAction(report.stale.nearest),
        },
  skipped: report.skipped.map(({ action, because }) => ({ step: showAction(action), because })),
  properties: report.properties,
  processes:
    real === null
      ? null
      : {
          steps: real.steps.length,
          processes: real.processes,
          complete: real.complete,
          injected: real.steps.filter(({ injected }) => injected).map(({ action }) => showAction(action)),
          divergence:
            real.divergence === null
              ? null
              : { ...real.divergence, action: real.divergence.action && showAction(real.divergence.action) },
          properties: real.properties,
        },
});

const sayReplay = (
  path: string,
  reference: string,
  report: ReplayReport,
  real: SteeredReport | null,
): void => {
  const where = real === null ? "" : `, on ${real.processes} real processes`;
  say(`${colors.bold(path)} on ${reference}${where}: ${describeBounds(report.setting.bounds)}`);
  say(
    real === null ? showRun({ steps: report.steps, properties: [] }) : showSteered(report.steps, real.steps),
  );
  for (const { action, because } of report.skipped)
    say(colors.yellow(`left out: ${showAction(action)}: ${because}`));
  sayStale(path, report);
  say();
  if (real === null) {
    say(verdictTable(report.properties));
    return;
  }
  sayDivergence(real);
  say(comparedVerdicts(report.properties, real.properties));
};

/** The replay on real processes of what the model has done. */
const replayReal = async (
  { setting, steps }: ReplayReport,
  reference: string,
  properties: readonly Property[],
): Promise<SteeredReport> => {
  await allowProcesses(setting.protocol, reference);
  const actions = steps.map(({ action }) => action);
  const interruption = new Interruption(); // a replay is short: it is let end, and leaves nothing behind
  try {
    return await steering(async (open) => replaySteps(open, setting, reference, actions, properties));
  } finally {
    await new Promise((done) => setImmediate(done));
    if (interruption.isAsked) process.exit(exitCodes.interrupted);
    interruption.end();
  }
};

const runSchedule = async (path: string, options: ReplayOptions): Promise<void> => {
  const schedule = readSchedule(path);
  const reference = options.protocol ?? schedule.protocol;
  const protocol = await loadProtocol(reference).catch((error: unknown) => {
    if (!(error instanceof UnusableProtocol) || options.protocol !== undefined) throw error;
    throw new UsageError(
      `${path} was made for ${reference}.\n${error.message}\nOr say where that protocol is now: --protocol PLACE.`,
    );
  });
  prepareOutputs(options);
  const setting: Setting = settingFor(schedule, protocol);
  if (isLasso(schedule)) {
    refuseOtherProtocol(path, reference, schedule);
    if (options.on === "model") return replayLasso(path, schedule, setting, options.json);
  }
  const steps = isLasso(schedule) ? stepsOnProcesses(path, schedule) : schedule.steps;
  const follow = reference === schedule.protocol ? replay : replayAligned;
  const report = follow(setting, options.properties, steps);
  const real =
    options.on === "processes" && report.stale === null
      ? await replayReal(report, reference, options.properties)
      : null;
  if (options.json !== undefined) sayJson(options.json, replayJson(schedule, report, real));
  else sayReplay(path, reference, report, real);
  process.exitCode = match(verdictOf(report, real))
    .with("stale", () => exitCodes.misuse)
    .with("diverged", () => exitCodes.diverged)
    .with("violated", () => exitCodes.violated)
    .otherwise(() => exitCodes.holds);
};

export const addReplay = (program: Command): void => {
  addProperties(
    program
      .command("replay")
      .description("run a schedule file on the model, step by step, and say where a stale one no longer fits")
      .argument("<schedule>", "a file that check or simulate has written, or one written by hand"),
  )
    .addOption(
      new Option("--on <where>", "on the model, or forced onto real processes, call by call")
        .choices(["model", "processes"])
        .default("model"),
    )
    .option("--protocol <protocol>", "run it on another protocol, step for step by process and call")
    .option("--json [file]", "the report for machines, to standard output or (--json=FILE) to a file")
    .addHelpText(
      "after",
      `
Examples:
  papaya check inherited-description --schedule-out out
  papaya replay out/P2.schedule
  papaya replay out/P2.schedule --on processes        the real kernel does it, too
  papaya replay out/P2.schedule --protocol papaya     where does the mended protocol hold it up?

A schedule with a loop (of P15 and P17) is followed once round: does it lead back to the same state, and is it fair?
On processes it is gone round three times.

On processes every process waits at a gate before each of its calls. After every step its result, and what the kernel says
of all processes, are held against what the model predicts; where they differ, the replay ends.

Exit code: 0 nothing broke, 1 violated, 2 stale or called wrongly, 4 the real kernel did otherwise than the model.`,
    )
    .action(runSchedule);
};
