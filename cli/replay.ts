/** `papaya replay`: a schedule file, step by step. */
import { readFileSync } from "node:fs";
import type { Command } from "commander";
import {
  overall,
  parseSchedule,
  type Schedule,
  ScheduleError,
  type Setting,
  settingFor,
  showAction,
} from "../model/index.ts";
import { loadProtocol, UnusableProtocol } from "../real/protocol.ts";
import { type ReplayReport, replay, replayAligned } from "../sim/index.ts";
import { codeOf, exitCodes, UsageError } from "./exit.ts";
import { addProperties, prepareOutputs, type SharedOptions } from "./options.ts";
import { colors, say, sayJson } from "./output.ts";
import { describeBounds, showRun, verdictTable } from "./report.ts";

interface ReplayOptions extends Pick<SharedOptions, "properties" | "json"> {
  readonly protocol?: string;
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

const replayJson = (schedule: Schedule, report: ReplayReport): object => ({
  protocol: report.setting.protocol.id,
  bounds: schedule.bounds,
  verdict: report.stale === null ? overall(report.properties, true) : "stale",
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
});

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
  const follow = reference === schedule.protocol ? replay : replayAligned;
  const report = follow(setting, options.properties, schedule.steps);
  if (options.json !== undefined) sayJson(options.json, replayJson(schedule, report));
  else {
    say(`${colors.bold(path)} on ${reference}: ${describeBounds(setting.bounds)}`);
    say(showRun({ steps: report.steps, properties: [] }));
    for (const { action, because } of report.skipped)
      say(colors.yellow(`left out: ${showAction(action)}: ${because}`));
    sayStale(path, report);
    say();
    say(verdictTable(report.properties));
  }
  process.exitCode = report.stale === null ? codeOf(overall(report.properties, true)) : exitCodes.misuse;
  if (report.stale === null && process.exitCode === exitCodes.unknown) process.exitCode = exitCodes.holds;
};

export const addReplay = (program: Command): void => {
  addProperties(
    program
      .command("replay")
      .description("run a schedule file on the model, step by step, and say where a stale one no longer fits")
      .argument("<schedule>", "a file that check or simulate has written, or one written by hand"),
  )
    .option("--protocol <protocol>", "run it on another protocol, step for step by process and call")
    .option("--json [file]", "the report for machines, to standard output or (--json=FILE) to a file")
    .addHelpText(
      "after",
      `
Examples:
  papaya check inherited-description --schedule-out out
  papaya replay out/P2.schedule
  papaya replay out/P2.schedule --protocol papaya     where does the mended protocol hold it up?

Exit code: 0 nothing broke, 1 violated, 2 stale or called wrongly.`,
    )
    .action(runSchedule);
};
