/** `papaya matrix`: every protocol against every property. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { type Protocol, settingOf, type Verdict } from "../model/index.ts";
import { protocols as shipped } from "../model/protocols/index.ts";
import { properties } from "../properties/index.ts";
import { loadProtocol } from "../real/protocol.ts";
import { type Checked, checkJson, checkSetting, writeSchedules } from "./check.ts";
import { Interruption } from "./drive.ts";
import { exitCodes } from "./exit.ts";
import { prepareOutputs } from "./options.ts";
import { colors, columns, count, say, sayJson } from "./output.ts";
import { describeBounds } from "./report.ts";

interface MatrixOptions {
  readonly json?: string;
  readonly scheduleOut?: string;
}

interface Row {
  readonly reference: string;
  readonly protocol: Protocol;
  readonly checked: Checked;
}

const mark: Readonly<Record<Verdict, string>> = {
  holds: "·",
  violated: "X",
  unknown: "?",
  "not-applicable": "-",
};

/** Whether a property came out otherwise than the protocol says. */
const isUnexpected = ({ protocol }: Row, id: string, verdict: Verdict): boolean =>
  (verdict === "violated") !== protocol.breaks.some((broken) => broken === id) || verdict === "unknown";

const cell = (row: Row, id: string): string => {
  const verdict = row.checked.result.properties.find((property) => property.id === id)?.verdict ?? "unknown";
  const text = `${mark[verdict]}${isUnexpected(row, id, verdict) ? "!" : ""}`;
  if (isUnexpected(row, id, verdict)) return colors.yellow(text);
  return verdict === "violated" ? colors.red(text) : text;
};

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

const matrix = async (references: readonly string[], options: MatrixOptions): Promise<void> => {
  const wanted = references.length > 0 ? references : shipped.map(({ id }) => id);
  const protocols = await Promise.all(wanted.map(loadProtocol));
  prepareOutputs(options);
  const interruption = new Interruption();
  const rows: Row[] = [];
  for (const [at, protocol] of protocols.entries()) {
    if (interruption.isAsked) break;
    const checked = await checkSetting(settingOf(protocol), properties, {}, interruption);
    rows.push({ reference: wanted[at] ?? protocol.id, protocol, checked });
  }
  interruption.end();
  if (options.scheduleOut !== undefined)
    for (const { reference, protocol, checked } of rows) {
      const directory = join(options.scheduleOut, protocol.id);
      mkdirSync(directory, { recursive: true });
      writeSchedules(directory, reference, checked.result);
    }
  if (options.json !== undefined)
    sayJson(
      options.json,
      rows.map(({ reference, protocol, checked }) => checkJson(reference, protocol.bounds, checked)),
    );
  else {
    say(matrixTable(rows));
    say();
    say(legend);
    if (interruption.isAsked)
      say(
        colors.yellow(`interrupted: ${rows.length} of ${wanted.length} protocols, the last one not wholly`),
      );
  }
  const expected = rows.length === wanted.length && rows.every(isAsExpected);
  if (interruption.isAsked) process.exitCode = exitCodes.interrupted;
  else process.exitCode = expected ? exitCodes.holds : exitCodes.violated;
};

export const addMatrix = (program: Command): void => {
  program
    .command("matrix")
    .description("check protocols within their own bounds: which property does each of them break?")
    .argument("[protocols...]", "shipped protocols or files (default: all shipped ones)")
    .option("--schedule-out <dir>", "write the schedules, DIR/PROTOCOL/P2.schedule and so on")
    .option("--json [file]", "the reports for machines, to standard output or (--json=FILE) to a file")
    .addHelpText(
      "after",
      `
Examples:
  papaya matrix                                 about a minute; docs/matrix.txt is what it prints
  papaya matrix papaya pause no-lock
  papaya matrix --schedule-out out              every counterexample as a file

Exit code: 0 everything as expected, 1 otherwise, 2 called wrongly, 130 interrupted.`,
    )
    .action(matrix);
};
