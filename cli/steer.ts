/** `papaya steer`: many seeded schedules, each forced onto real processes and compared with the model after every step. */
import type { Command } from "commander";
import {
  type Bounds,
  type Budget,
  overall,
  type Protocol,
  type Setting,
  scheduleOf,
  settingOf,
} from "../model/index.ts";
import type { SteeredReport, Steering } from "../real/index.ts";
import { loadProtocol } from "../real/protocol.ts";
import { RandomScheduler, simulate } from "../sim/index.ts";
import { Interruption, ProgressLine } from "./drive.ts";
import { codeOf, exitCodes } from "./exit.ts";
import {
  addBounds,
  addOutputs,
  addProperties,
  addSeed,
  boundsFrom,
  positive,
  prepareOutputs,
  type SharedOptions,
} from "./options.ts";
import { colors, count, say, sayJson, writeSchedule } from "./output.ts";
import { describeBounds, verdictTable } from "./report.ts";
import { allowProcesses, replaySteps, sayDivergence, steering } from "./steering.ts";

interface SteerOptions extends SharedOptions {
  readonly runs: number;
  readonly seed: string;
  readonly maxSteps: number;
}

/** Faults that belong together; the runs go round these. */
const mixtures: readonly Budget[] = [
  {},
  { crash: 1 },
  { stop: 1, cont: 1 },
  { "short-write": 1, "disk-full": 1 },
  { disconnect: 1, return: 1 },
  { "daemon-restart": 1, "never-reads": 1 },
  { crash: 1, "short-write": 1, disconnect: 1 },
];

/** Runs of several sizes, with faults; what the user has asked for stays as it is. */
const boundsOf = (options: SteerOptions, protocol: Protocol, nth: number): Bounds => ({
  ...boundsFrom(options, protocol),
  clients: options.clients ?? 1 + (nth % 3),
  messages: options.messages ?? 1 + (Math.floor(nth / 3) % 3),
  strangers: options.strangers ?? (nth % 5 === 0 ? 1 : 0),
  segments: options.segments ?? 1 + (nth % 2),
  tokenSegments: options.tokenSegments ?? 1 + (Math.floor(nth / 2) % 2),
  pipelined: options.pipelined ?? nth % 4 === 0,
  faults: options.faults ?? mixtures[nth % mixtures.length] ?? {},
});

interface Run {
  readonly seed: string;
  readonly setting: Setting;
  readonly report: SteeredReport;
}

const isDiverged = ({ report }: Run): boolean => report.divergence !== null;
const isBroken = ({ report }: Run): boolean =>
  report.properties.some(({ verdict }) => verdict === "violated");

interface Tally {
  /** Runs in which the kernel did otherwise, and the first few of those in which a property broke. */
  readonly bad: readonly Run[];
  /** Runs in which a property broke, on the model and on processes alike. */
  readonly broken: number;
  readonly runs: number;
  readonly steps: number;
  readonly processes: number;
  readonly seconds: number;
}

const turn = (): Promise<void> => new Promise((done) => setImmediate(done));

/** After so many divergences it is time to look into them. */
const enough = 5;
/** Most runs that are shown for a property that broke. */
const mostShown = 3;

const runAll = async (
  open: Steering,
  protocol: Protocol,
  reference: string,
  options: SteerOptions,
  interruption: Interruption,
): Promise<Tally> => {
  const line = new ProgressLine(`steering ${protocol.id}`);
  const bad: Run[] = [];
  let [runs, steps, processes, broken] = [0, 0, 0, 0];
  const diverged = () => bad.filter(isDiverged).length;
  try {
    for (; runs < options.runs && !interruption.isAsked && diverged() < enough; runs++) {
      const seed = `${options.seed}.${runs + 1}`;
      const setting = settingOf(protocol, boundsOf(options, protocol, runs));
      const planned = simulate(setting, [], new RandomScheduler(setting, seed), options.maxSteps);
      const report = replaySteps(open, setting, reference, planned.steps, options.properties);
      const run = { seed, setting, report };
      if (isBroken(run)) broken++;
      if (isDiverged(run) || (isBroken(run) && broken <= mostShown)) bad.push(run);
      steps += report.steps.length;
      processes += report.processes;
      line.show(`${count(runs + 1)} schedules, ${count(steps)} steps, ${diverged()} diverged`);
      await turn();
    }
    return { bad, broken, runs, steps, processes, seconds: line.seconds };
  } finally {
    line.end();
  }
};

const nameOf = ({ report }: Run): string =>
  report.divergence === null ? overall(report.properties, true) : "diverged";

const sayTally = (reference: string, { bad, broken, runs, steps, processes, seconds }: Tally): void => {
  const diverged = bad.filter(isDiverged).length;
  for (const run of bad) {
    say(`${colors.bold(`seed ${run.seed}`)}: ${describeBounds(run.setting.bounds)}: ${nameOf(run)}`);
    sayDivergence(run.report);
    const violated = run.report.properties.filter(({ verdict }) => verdict === "violated");
    if (violated.length > 0) say(verdictTable(violated));
    say();
  }
  say(
    `${reference}: ${count(runs)} schedules, ${count(steps)} steps, ${count(processes)} real processes; ` +
      `${diverged === 0 ? "the kernel did what the model says, every time" : `${diverged} diverged`}`,
  );
  if (diverged === enough) say(`ended after ${enough} divergences`);
  if (broken > 0)
    say(colors.red(`a property broke in ${count(broken)} of them, on the model and on processes alike`));
  say(
    `${Math.round((runs / seconds) * 60)} replays a minute, ${((1000 * seconds) / Math.max(1, steps)).toFixed(1)} ms a step`,
  );
};

const steer = async (reference: string, options: SteerOptions): Promise<void> => {
  const protocol = await loadProtocol(reference);
  await allowProcesses(protocol, reference);
  prepareOutputs(options);
  const interruption = new Interruption();
  const tally = await steering((open) => runAll(open, protocol, reference, options, interruption));
  interruption.end();
  if (options.json !== undefined)
    sayJson(options.json, {
      protocol: reference,
      seed: options.seed,
      runs: tally.runs,
      steps: tally.steps,
      processes: tally.processes,
      diverged: tally.bad.filter(isDiverged).length,
      broken: tally.broken,
      seconds: Math.round(tally.seconds * 1000) / 1000,
      bad: tally.bad.map((run) => ({
        seed: run.seed,
        bounds: run.setting.bounds,
        verdict: nameOf(run),
        divergence: run.report.divergence,
        properties: run.report.properties.filter(({ verdict }) => verdict === "violated"),
      })),
    });
  else sayTally(reference, tally);
  if (options.scheduleOut !== undefined)
    for (const { seed, setting, report } of tally.bad) {
      const steps = simulate(setting, [], new RandomScheduler(setting, seed), options.maxSteps).steps;
      const broken = { property: "", because: "" };
      const shown = report.divergence === null ? steps : steps.slice(0, report.divergence.step);
      const path = writeSchedule(options.scheduleOut, seed, scheduleOf(setting, shown, broken, reference));
      if (options.json !== "-") say(`wrote ${path}`);
    }
  const diverged = tally.bad.some(isDiverged);
  const violated = tally.broken > 0 ? "violated" : "holds";
  process.exitCode = diverged ? exitCodes.diverged : codeOf(violated, interruption.isAsked);
};

export const addSteer = (program: Command): void => {
  const command = program
    .command("steer")
    .description(
      "force many seeded schedules onto real processes; hold the kernel against the model after every step",
    )
    .argument("[protocol]", "a shipped protocol, or a file: ./my-protocol.ts", "papaya");
  addOutputs(addProperties(addSeed(addBounds(command))))
    .option("--runs <n>", "schedules", positive, 20)
    .option("--max-steps <n>", "cut each schedule short after so many steps", positive, 2_000)
    .addHelpText(
      "after",
      `
Sizes and faults change from schedule to schedule, unless they are given. It ends early after ${enough} divergences; --schedule-out
writes DIR/SEED.schedule for each of them, and for the first ${mostShown} that break a property.

Examples:
  papaya steer --runs 300 --seed 7
  papaya steer --clients 2 --messages 3 --faults crash=1
  papaya steer ./my-protocol.ts --schedule-out out     the schedules that went wrong, as files for “papaya replay”

Exit code: 0 all as predicted, 1 a property was violated, 2 called wrongly, 4 the kernel did otherwise than the model, 130
interrupted.`,
    )
    .action(steer);
};
