/** `papaya check --fairness …`: properties of whole runs, those that never end among them. */
import { type Command, Option } from "commander";
import {
  type Bounds,
  type Fairness,
  type FaultName,
  fairnessNames,
  isProgress,
  type ProgressProperty,
  type Protocol,
  printSchedule,
  settingOf,
} from "../model/index.ts";
import { progressProperties, properties } from "../properties/index.ts";
import {
  type CheckedProgress,
  checkingLiveness,
  type LivenessReport,
  type Reductions,
} from "../sim/index.ts";
import { type Driven, drive, Interruption } from "./drive.ts";
import { codeOf, UsageError } from "./exit.ts";
import { explainLoop, lassoJson, showLasso } from "./lasso.ts";
import { addProperties, boundsFrom, prepareOutputs, type SharedOptions, wholeNumber } from "./options.ts";
import { colors, count, say, sayJson, writeSchedule } from "./output.ts";
import { describeBounds, verdictTable } from "./report.ts";
import { type Limits, showSearch, stopping } from "./searching.ts";

export interface LivenessOptions {
  readonly fairness?: Fairness;
}

type Options = SharedOptions &
  LivenessOptions &
  Limits & {
    readonly reduce?: Reductions;
    readonly workers?: number;
    readonly maxMemory?: number;
    readonly compact?: boolean;
    readonly checkpoint?: string;
    readonly continue?: string;
  };

/** The flags that say which runs count, and where they never end. */
export const addLiveness = (command: Command): Command =>
  addProperties(
    command,
    [...properties, ...progressProperties],
    `only these, as P2,P6; ${progressProperties.map(({ id }) => id).join(" and ")} speak of runs that never end`,
  )
    .addOption(
      new Option(
        "--fairness <name>",
        "which runs count for a property of runs that never end (docs/liveness.md; weak where nothing is said)",
      ).choices(fairnessNames),
    )
    .option("--endless", "clients that never stop, on a disk that is full after so many --messages (0)")
    .addOption(
      new Option("--visitors <n>", "with --endless: clients that come, hear, and go again (2)").argParser(
        wholeNumber(0),
      ),
    );

/** Whether a command asks for what is judged by whole runs. */
export const asksForProgress = (options: Options): boolean =>
  options.fairness !== undefined ||
  options.endless === true ||
  options.visitors !== undefined ||
  options.properties.some(isProgress);

/** Throws a UsageError where a reduction is asked for together with a property of runs that never end. */
const refuseReductions = ({ reduce }: { readonly reduce?: Reductions }): void => {
  // Reductions leave steps out, or take states for one another: what they keep of safety, they need not keep of loops.
  if (reduce === undefined || !Object.values(reduce).includes(true)) return;
  throw new UsageError(
    `--reduce cannot be had together with ${progressProperties.map(({ id }) => id).join(" or ")}: which runs never end depends on every step. Leave it out; these are always judged on the whole graph.`,
  );
};

/** Flags of searches that sweep. */
const sweepFlags = ["workers", "max-memory", "compact", "checkpoint", "continue"] as const;

const refuseSweeps = (options: Options): void => {
  const given = { ...options, "max-memory": options.maxMemory };
  const flags = sweepFlags.filter((flag) => given[flag] !== undefined).map((flag) => `--${flag}`);
  if (flags.length === 0) return;
  throw new UsageError(
    `${flags.join(", ")}: for properties of states alone. Runs that never end are looked for by one thread, in a graph that is kept whole and never on disk; --max-states and --max-seconds end that. Leave ${flags.length === 1 ? "it" : "them"} out.`,
  );
};

/** Of the flags about clients, those that say nothing where clients never stop. */
const idleFlags = ["strangers", "segments", "tokenSegments", "pipelined"] as const;
/** Of the faults, those that cannot happen there. */
const idleFaults: readonly FaultName[] = ["daemon-restart", "disconnect", "return"];

const refuseIdle = (options: Options): void => {
  if (options.visitors !== undefined && options.endless !== true)
    throw new UsageError("--visitors come and go for ever: say --endless as well.");
  if (options.endless !== true) return;
  const flag = idleFlags.find((name) => options[name] !== undefined);
  if (flag !== undefined)
    throw new UsageError(
      `--${flag.replace(/[A-Z]/, (letter) => `-${letter.toLowerCase()}`)} says nothing in an endless environment (docs/liveness.md). Leave it out.`,
    );
  const fault = idleFaults.find((name) => (options.faults?.[name] ?? 0) > 0);
  if (fault !== undefined)
    throw new UsageError(
      `“${fault}” is no fault of an endless environment, which has no daemon, and where clients come and go all the time. Leave it out.`,
    );
};

/** The properties that are asked for. Throws a UsageError where they cannot be judged together. */
const wantedOf = ({ properties: wanted }: Options): readonly ProgressProperty[] => {
  if (wanted === properties) return progressProperties;
  const others = wanted.filter((property) => !isProgress(property));
  if (others.length === 0) return wanted.filter(isProgress);
  throw new UsageError(
    `${others.map(({ id }) => id).join(", ")}: not judged by whole runs, so --fairness, --endless, ${progressProperties.map(({ id }) => id).join(" and ")} do not go with it. Check it by itself.`,
  );
};

const livenessJson = (
  protocol: string,
  bounds: Bounds,
  { result, seconds }: Driven<LivenessReport>,
): object => ({
  protocol,
  bounds,
  fairness: result.fairness,
  verdict: result.verdict,
  states: result.states,
  transitions: result.transitions,
  depth: result.depth,
  quiescent: result.quiescent,
  cyclic: result.cyclic,
  seconds: Math.round(seconds * 1000) / 1000,
  properties: result.properties.map(
    ({ id, name, kind, verdict, because, vacuous, steps, schedule, lasso }) => ({
      ...{ id, name, kind, verdict, because, vacuous },
      steps: schedule === null ? null : steps,
      lasso: schedule === null || lasso === null ? null : lassoJson(schedule, lasso),
      schedule: schedule === null ? null : printSchedule({ ...schedule, protocol }),
    }),
  ),
});

const sayStarvation = ({ setting, fairness }: LivenessReport, found: CheckedProgress): void => {
  const { id, name, because, schedule, lasso } = found;
  if (schedule === null || lasso === null) return;
  const { steps, loop = [] } = schedule;
  say();
  const how =
    loop.length === 0
      ? `in ${steps.length} steps`
      : `after ${steps.length} steps by ${loop.length} more for ever`;
  say(colors.bold(`${id} ${name}, broken ${how}:`));
  say(showLasso(setting, schedule));
  say(`${colors.red(`${id} ${name}`)}: ${because}`);
  if (loop.length > 0) say(`\n${explainLoop(lasso, loop, fairness)}`);
};

const conclusion = (
  { verdict, properties: judged, fairness, queue }: LivenessReport,
  protocol: string,
): string => {
  const having = (wanted: string) => judged.filter((one) => one.verdict === wanted).map(({ id }) => id);
  const under = fairness === "none" ? "without fairness" : `under ${fairness} fairness`;
  if (verdict === "violated")
    return colors.red(`violated: ${protocol} breaks ${having("violated").join(" ")} ${under}`);
  if (verdict === "unknown")
    return colors.yellow(
      `unknown: the search ended early, ${count(queue)} states were found and not looked into`,
    );
  if (having("holds").length > 0)
    return colors.green(`holds: no run within these bounds breaks ${having("holds").join(" ")} ${under}`);
  return colors.yellow(
    `nothing was judged: ${judged.map(({ id, vacuous }) => `${id}: ${vacuous}`).join("; ")}`,
  );
};

const sayLiveness = (
  reference: string,
  { result, seconds }: Driven<LivenessReport>,
  interrupted: boolean,
): void => {
  const { states, transitions, depth, quiescent, cyclic } = result;
  say(`${colors.bold(reference)}: ${describeBounds(result.setting.bounds)}`);
  say(
    `${count(states)} states, ${count(transitions)} transitions, depth ${depth}, ${count(quiescent)} quiescent, ` +
      `${count(cyclic)} on loops, ${seconds.toFixed(1)} s${interrupted ? ", interrupted" : ""}`,
  );
  say();
  const table = result.properties.map((one) => ({ ...one, because: one.because || one.vacuous }));
  say(verdictTable(table));
  for (const one of result.properties) sayStarvation(result, one);
  say();
  say(conclusion(result, reference));
};

/** Checks what is judged by whole runs, with progress, Ctrl-C and limits. */
export const checkProgress = async (
  reference: string,
  protocol: Protocol,
  options: Options,
): Promise<void> => {
  const wanted = wantedOf(options);
  refuseReductions(options);
  refuseSweeps(options);
  refuseIdle(options);
  if (options.save !== undefined)
    throw new UsageError("--save keeps runs that end. Write this one with --schedule-out DIR.");
  prepareOutputs(options);
  const bounds = boundsFrom(options, protocol);
  const { fairness = "weak", json, scheduleOut, maxStates } = options;
  const interruption = new Interruption();
  const work = checkingLiveness(settingOf(protocol, bounds), wanted, fairness, maxStates);
  const driven = await drive(work, `checking ${reference}`, showSearch, stopping(options, interruption));
  interruption.end();
  if (json === undefined) sayLiveness(reference, driven, interruption.isAsked);
  else sayJson(json, livenessJson(reference, bounds, driven));
  if (scheduleOut !== undefined)
    for (const { id, schedule } of driven.result.properties)
      if (schedule !== null) {
        const path = writeSchedule(scheduleOut, id, { ...schedule, protocol: reference });
        if (json !== "-") say(`wrote ${path}`);
      }
  process.exitCode = codeOf(driven.result.verdict, interruption.isAsked);
};
