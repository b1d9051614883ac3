/** `papaya matrix`: every protocol against every property. */
import { join } from "node:path";
import { type Command, Option } from "commander";
import { type Protocol, settingOf, type Verdict } from "../model/index.ts";
import { protocols as shipped } from "../model/protocols/index.ts";
import { progressProperties, properties } from "../properties/index.ts";
import type { SteeredReport, Steering } from "../real/index.ts";
import { loadProtocol } from "../real/protocol.ts";
import { type Checked, checkJson, checkSetting, writeSchedules } from "./check.ts";
import { makeDirectory } from "./directory.ts";
import { Interruption, ProgressLine } from "./drive.ts";
import { exitCodes, UsageError } from "./exit.ts";
import { prepareOutputs } from "./options.ts";
import { colors, columns, count, say, sayJson } from "./output.ts";
import { describeBounds } from "./report.ts";
import { allowProcesses, processesHere, replaySteps, sayDivergence, steering } from "./steering.ts";

interface MatrixOptions {
  readonly on: "model" | "processes";
  readonly json?: string;
  readonly scheduleOut?: string;
}

/** What became of a property's shortest schedule on real processes. */
type Outcome = "violated" | "not violated" | "diverged";
interface Replayed {
  readonly outcome: Outcome;
  readonly report: SteeredReport;
}

interface Row {
  readonly reference: string;
  readonly protocol: Protocol;
  readonly checked: Checked;
  /** By property; empty where schedules are not replayed. */
  readonly replayed: ReadonlyMap<string, Replayed>;
}

const mark: Readonly<Record<Verdict, string>> = {
  holds: "·",
  violated: "X",
  unknown: "?",
  "not-applicable": "-",
};

/** Whether a property came out otherwise than the protocol says. */
const isUnexpected = ({ protocol, replayed }: Row, id: string, verdict: Verdict): boolean =>
  (verdict === "violated") !== protocol.breaks.some((broken) => broken === id) ||
  verdict === "unknown" ||
  (replayed.get(id)?.outcome ?? "violated") !== "violated";

const cell = (row: Row, id: string): string => {
  const verdict = row.checked.result.properties.find((property) => property.id === id)?.verdict ?? "unknown";
  const found = row.replayed.get(id)?.outcome;
  const again = found === undefined ? "" : { violated: "X", "not violated": "·", diverged: "#" }[found];
  const text = `${mark[verdict]}${again}${isUnexpected(row, id, verdict) ? "!" : ""}`;
  if (isUnexpected(row, id, verdict)) return colors.yellow(text);
  return verdict === "violated" ? colors.red(text) : text;
};

const hasDiverged = ({ replayed }: Row): boolean =>
  [...replayed.values()].some(({ outcome }) => outcome === "diverged");

const isAsExpected = (row: Row): boolean =>
  row.checked.result.properties.every(({ id, verdict }) => !isUnexpected(row, id, verdict));

/** The table; the same bytes for the same protocols, whatever the machine. */
const matrixTable = (rows: readonly Row[]): string => {
  const ids = properties.map(({ id }) => id);
  const header = ["protocol", ...ids, "states", "bounds"];
  const body = rows.map((row) => [
    row.reference,
    ...ids.map((id) => cell(row, id)),
    count(row.checked.result.states),
    describeBounds(row.checked.result.setting.bounds),
  ]);
  return columns([header, ...body]);
};

const legend = "· holds   X violated   - not applicable   ? unknown   ! not as expected";
const realLegend =
  "second letter: the shortest schedule forced onto real processes: X breaks it there, too   · does not   # the kernel did otherwise";

/** Forces the shortest schedule of each broken property onto real processes. */
const replayBroken = async (
  open: Steering,
  reference: string,
  { result }: Checked,
  line: ProgressLine,
  interruption: Interruption,
): Promise<ReadonlyMap<string, Replayed>> => {
  const replayed = new Map<string, Replayed>();
  for (const { id, schedule } of result.properties) {
    if (schedule === null || interruption.isAsked) continue;
    line.show(id);
    const report = replaySteps(open, result.setting, reference, schedule.steps, properties);
    const isBroken = report.properties.some((one) => one.id === id && one.verdict === "violated");
    const outcome = report.divergence !== null ? "diverged" : isBroken ? "violated" : "not violated";
    replayed.set(id, { outcome, report });
    await new Promise((done) => setImmediate(done));
  }
  return replayed;
};

/** The protocols that cannot be replayed on processes. Throws a UsageError where one of them was asked for by name. */
const onlyInModel = async (
  protocols: readonly Protocol[],
  named: readonly string[],
): Promise<ReadonlySet<Protocol>> => {
  for (const [at, reference] of named.entries()) await allowProcesses(protocols[at]!, reference);
  const { obstacleTo } = await processesHere();
  return new Set(protocols.filter((protocol) => obstacleTo(protocol) !== null));
};

/** Throws a UsageError where a protocol is said to break what is no property. */
const demandKnown = ({ breaks }: Protocol, reference: string): void => {
  const known = [...properties, ...progressProperties].map(({ id }) => id);
  const unknown = breaks.filter((broken) => !known.includes(broken));
  if (unknown.length > 0)
    throw new UsageError(
      `${reference}: it is said to break ${unknown.join(", ")}, and there is no such property: “papaya list” names them`,
    );
};

const matrix = async (references: readonly string[], options: MatrixOptions): Promise<void> => {
  const wanted = references.length > 0 ? references : shipped.map(({ id }) => id);
  const protocols = await Promise.all(wanted.map(loadProtocol));
  for (const [at, protocol] of protocols.entries()) demandKnown(protocol, wanted[at]!);
  const modelOnly = options.on === "processes" ? await onlyInModel(protocols, references) : new Set();
  prepareOutputs(options);
  const interruption = new Interruption();
  const rows: Row[] = [];
  const fill = async (open: Steering | null): Promise<void> => {
    for (const [at, protocol] of protocols.entries()) {
      if (interruption.isAsked) return;
      const reference = wanted[at] ?? protocol.id;
      const checked = await checkSetting(settingOf(protocol), properties, {}, interruption);
      const line = new ProgressLine(`replaying ${reference}`);
      const replayed =
        open === null || interruption.isAsked || modelOnly.has(protocol)
          ? new Map<string, Replayed>()
          : await replayBroken(open, reference, checked, line, interruption);
      line.end();
      rows.push({ reference, protocol, checked, replayed });
    }
  };
  await (options.on === "processes" ? steering(fill) : fill(null));
  interruption.end();
  if (options.scheduleOut !== undefined)
    for (const { reference, protocol, checked } of rows) {
      const directory = join(options.scheduleOut, protocol.id);
      makeDirectory(directory);
      writeSchedules(directory, reference, checked.result);
    }
  if (options.json !== undefined)
    sayJson(
      options.json,
      rows.map(({ reference, protocol, checked, replayed }) => ({
        ...checkJson(reference, protocol.bounds, checked),
        ...(options.on === "processes"
          ? {
              processes: Object.fromEntries(
                [...replayed].map(([id, { outcome, report }]) => [
                  id,
                  { outcome, divergence: report.divergence },
                ]),
              ),
            }
          : {}),
      })),
    );
  else {
    say(matrixTable(rows));
    say();
    say(legend);
    if (options.on === "processes") say(realLegend);
    for (const { reference, replayed } of rows)
      for (const [id, { outcome, report }] of replayed)
        if (outcome === "diverged") {
          say();
          say(colors.bold(`${reference}, the schedule that breaks ${id}:`));
          sayDivergence(report);
        }
    if (interruption.isAsked)
      say(
        colors.yellow(`interrupted: ${rows.length} of ${wanted.length} protocols, the last one not wholly`),
      );
  }
  const expected = rows.length === wanted.length && rows.every(isAsExpected);
  if (interruption.isAsked) process.exitCode = exitCodes.interrupted;
  else if (rows.some(hasDiverged)) process.exitCode = exitCodes.diverged;
  else process.exitCode = expected ? exitCodes.holds : exitCodes.violated;
};

export const addMatrix = (program: Command): void => {
  program
    .command("matrix")
    .description("check protocols within their own bounds: which property does each of them break?")
    .argument("[protocols...]", "shipped protocols or files (default: all shipped ones)")
    .addOption(
      new Option("--on <where>", "with “processes”, force each counterexample onto real processes, too")
        .choices(["model", "processes"])
        .default("model"),
    )
    .option("--schedule-out <dir>", "write the schedules, DIR/PROTOCOL/P2.schedule and so on")
    .option("--json [file]", "the reports for machines, to standard output or (--json=FILE) to a file")
    .addHelpText(
      "after",
      `
Examples:
  papaya matrix                                 about a minute; docs/matrix.txt is what it prints
  papaya matrix papaya pause no-lock
  papaya matrix --on processes                  does each counterexample break the same on the real kernel?
  papaya matrix --schedule-out out              every counterexample as a file

Exit code: 0 everything as expected, 1 otherwise, 2 called wrongly, 4 the real kernel did otherwise than the model, 130
interrupted.`,
    )
    .action(matrix);
};
