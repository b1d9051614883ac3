/** `papaya check`: every state within the bounds. */
import { availableParallelism } from "node:os";
import { type Command, Option } from "commander";
import { type Bounds, type Property, printSchedule, type Setting, settingOf } from "../model/index.ts";
import { loadProtocol } from "../real/protocol.ts";
import {
  type CheckLimits,
  type Checkpoint,
  type CheckReport,
  checking,
  escalating,
  ForeignCheckpoint,
  mostInFull,
  type Reductions,
} from "../sim/index.ts";
import { sayReport } from "./check-report.ts";
import { demandWritable, loadCheckpoint, saveCheckpoint } from "./checkpoint.ts";
import { saveSchedules } from "./corpus.ts";
import { crewOf } from "./crew.ts";
import { type Driven, drive, Interruption } from "./drive.ts";
import { codeOf, UsageError } from "./exit.ts";
import { addLiveness, asksForProgress, checkProgress, type LivenessOptions } from "./liveness.ts";
import {
  addBounds,
  addOutputs,
  addSaving,
  boundsFrom,
  parseReductions,
  positive,
  prepareOutputs,
  type SharedOptions,
} from "./options.ts";
import { count, say, sayJson, writeSchedule } from "./output.ts";
import { memoryForStates, showSearch, stopping } from "./searching.ts";

interface CheckOptions extends SharedOptions, LivenessOptions {
  readonly maxStates?: number;
  readonly maxSeconds?: number;
  /** MiB */
  readonly maxMemory?: number;
  readonly workers?: number;
  readonly compact?: boolean;
  readonly checkpoint?: string;
  readonly continue?: string;
  /** Where nothing is said, nothing is left out as long as the search is small. */
  readonly reduce?: Reductions;
}

export interface Checked extends Driven<CheckReport> {
  readonly interrupted: boolean;
}

/** Checks a setting with progress, Ctrl-C and limits. */
export const checkSetting = async (
  setting: Setting,
  properties: readonly Property[],
  limits: CheckLimits & { readonly maxSeconds?: number; readonly workers?: number },
  interruption: Interruption,
  search = checking,
): Promise<Checked> => {
  const crew = crewOf(limits.workers ?? availableParallelism());
  try {
    const work = search(setting, properties, { maxBytes: memoryForStates(), ...limits, crew });
    const what = `checking ${setting.protocol.id}`;
    const driven = await drive(work, what, showSearch, stopping(limits, interruption));
    return { ...driven, interrupted: interruption.isAsked };
  } finally {
    crew.end();
  }
};

/** The report for machines. `seconds` is the only field that two runs may differ in. */
export const checkJson = (
  protocol: string,
  bounds: Bounds,
  { result, seconds }: Driven<CheckReport>,
): object => ({
  protocol,
  bounds,
  verdict: result.verdict,
  states: result.states,
  transitions: result.transitions,
  depth: result.depth,
  seconds: Math.round(seconds * 1000) / 1000,
  properties: result.properties.map(({ id, name, kind, verdict, steps, because, schedule }) => ({
    id,
    name,
    kind,
    verdict,
    because,
    steps: verdict === "violated" ? steps : null,
    schedule: schedule === null ? null : printSchedule({ ...schedule, protocol }),
  })),
  unreached: result.unreached,
  reductions: { ...result.reductions, ...result.refusals, leftOut: result.leftOut },
  missOdds: result.missOdds,
});

/** Writes the schedules of all broken properties; returns their paths. */
export const writeSchedules = (directory: string, protocol: string, { properties }: CheckReport): string[] =>
  properties.flatMap(({ id, schedule }) =>
    schedule === null ? [] : [writeSchedule(directory, id, { ...schedule, protocol })],
  );

const check = async (reference: string, options: CheckOptions): Promise<void> => {
  const protocol = await loadProtocol(reference);
  if (asksForProgress(options)) return checkProgress(reference, protocol, options);
  prepareOutputs(options);
  const bounds = boundsFrom(options, protocol);
  const interruption = new Interruption();
  const { reduce, maxMemory, ...rest } = options;
  const most = maxMemory === undefined ? {} : { maxBytes: maxMemory * 2 ** 20 };
  if (rest.checkpoint !== undefined) demandWritable(rest.checkpoint);
  const guessing = (["order", "data"] as const).filter((name) => reduce?.[name]);
  const hasCheckpoint = (rest.checkpoint ?? rest.continue) !== undefined;
  if (guessing.length > 0 && hasCheckpoint)
    throw new UsageError(
      `--checkpoint and --continue cannot be had together with --reduce ${guessing.join(" or ")}`,
    );
  let kept = false;
  const keep = (checkpoint: Checkpoint): void => {
    if (rest.checkpoint === undefined) return;
    saveCheckpoint(rest.checkpoint, checkpoint);
    kept = true;
  };
  const from = rest.continue === undefined ? {} : { from: loadCheckpoint(rest.continue) };
  // There are no checkpoints of what was left out.
  const isEscalating = reduce === undefined && !hasCheckpoint;
  const limits = { ...rest, ...from, ...most, ...(reduce && { reductions: reduce }), keep };
  const checked = await checkSetting(
    settingOf(protocol, bounds),
    options.properties,
    limits,
    interruption,
    isEscalating ? escalating : checking,
  ).catch((error: unknown) => {
    if (error instanceof ForeignCheckpoint) throw new UsageError(`${rest.continue}: ${error.message}`);
    throw error;
  });
  interruption.end();
  if (options.json === undefined) sayReport(protocol, reference, checked, options.properties, isEscalating);
  else sayJson(options.json, checkJson(reference, bounds, checked));
  if (options.scheduleOut !== undefined)
    for (const path of writeSchedules(options.scheduleOut, reference, checked.result))
      if (options.json !== "-") say(`wrote ${path}`);
  if (options.save !== undefined) {
    const broken = checked.result.properties.flatMap(({ id, schedule }) =>
      schedule === null ? [] : [{ id, schedule: { ...schedule, protocol: reference } }],
    );
    for (const path of saveSchedules(options.save, protocol.id, broken, options.properties))
      if (options.json !== "-") say(`kept ${path}`);
  }
  if (rest.checkpoint !== undefined && options.json !== "-") say(describeCheckpoint(rest.checkpoint, kept));
  process.exitCode = codeOf(checked.result.verdict, checked.interrupted);
};

const describeCheckpoint = (path: string, kept: boolean): string =>
  kept
    ? `kept ${path}: the same command with --continue ${path} goes on from there`
    : "nothing to go on from: the search went to its end, or was too small to be worth keeping";

export const addCheck = (program: Command): void => {
  const command = program
    .command("check")
    .description("search every state within the bounds; name each broken property with a shortest schedule")
    .argument("[protocol]", "a shipped protocol, or a file: ./my-protocol.ts", "papaya");
  addLiveness(addSaving(addOutputs(addBounds(command))))
    .addOption(
      new Option(
        "--reduce <list>",
        "what need not be searched: symmetry (alike clients), data (what nobody looks at), order (steps that have nothing to do with each other; docs/reductions.md says how far to trust it), all, none " +
          `(default: none, and symmetry,data where that comes to more than ${count(mostInFull)} states)`,
      ).argParser(parseReductions),
    )
    .option("--workers <n>", "threads that search (default: one for each core)", positive)
    .option(
      "--max-states <n>",
      "end as unknown when there are more states, a large search with the layer",
      positive,
    )
    .option(
      "--max-memory <MiB>",
      "end as unknown before the states take more (default: 0.6 of the machine's)",
      positive,
    )
    .option(
      "--compact",
      "keep 60-bit fingerprints of states in a large search, and tell the odds of a missed one",
    )
    .option("--max-seconds <n>", "end as unknown after so many seconds", positive)
    .option("--checkpoint <file>", "where a search that ends early leaves what it needs to go on")
    .option("--continue <file>", "go on with a search that left that there")
    .addHelpText(
      "after",
      `
Examples:
  papaya check                                 papaya within its own bounds
  papaya check published --schedule-out out    each broken property, with a schedule file
  papaya check no-lock --save                  the same, kept in test/corpus for the tests to replay
  papaya check --faults crash=1                any process may be killed once, at any step
  papaya check --messages 2 --reduce symmetry,data   alike clients taken for one another, lines told apart by their places alone
  papaya check ./my-protocol.ts --json         a protocol of your own, for a machine to read
  papaya check --clients 3 --reduce symmetry --max-seconds 600 --checkpoint c3   and, later, --continue c3
  papaya check --endless --fairness weak       clients that never stop: does every writer get the lock (P15)?
  papaya check --fairness none                 does the server come to rest when its clients do (P17)?

Exit code: 0 holds, 1 violated, 2 called wrongly, 3 unknown (a bound was reached), 130 interrupted.`,
    )
    .action(check);
};
