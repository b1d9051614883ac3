/** The command: measures the rows that are asked for, and says what came out. */
import { type ExitCode, exitCodes, UsageError } from "../../cli/exit.ts";
import { prepareOutputs } from "../../cli/options.ts";
import { columns, say, sayJson } from "../../cli/output.ts";
import { complaints } from "./complaints.ts";
import { measuring } from "./measuring.ts";
import { readResults, writeDocuments } from "./page.ts";
import { type Machine, merge, type Result, thisMachine } from "./results.ts";
import { type Group, groups, keyOf, type Row, rows } from "./rows.ts";
import { Running } from "./running.ts";
import { Spin } from "./spin.ts";
import { tableOf } from "./tables.ts";

export interface BenchOptions {
  readonly only?: string;
  readonly quick?: boolean;
  readonly minutes: number;
  /** In GiB. */
  readonly memory: number;
  readonly rounds: number;
  readonly spin: boolean;
  readonly list?: boolean;
  readonly json?: string;
  readonly write?: boolean;
}

const patternOf = (only: string): RegExp => {
  try {
    return new RegExp(only, "i");
  } catch (error) {
    throw new UsageError(`--only ${only} is no regular expression: ${(error as Error).message}`);
  }
};

const chosenRows = ({ only = "", quick }: BenchOptions): readonly Row[] => {
  const pattern = patternOf(only);
  const chosen = rows.filter((row) => pattern.test(keyOf(row)) && (!quick || row.isQuick));
  if (chosen.length === 0) throw new UsageError(`--only ${only} fits no row. --list names them.`);
  return chosen;
};

/** Earlier results to put the new ones among: those of this machine. Throws where old and new would be mixed. */
const earlierResults = ({ only, quick, spin }: BenchOptions, machine: Machine): readonly Result[] => {
  if (quick || !spin)
    throw new UsageError("--write takes whole measurements: leave out --quick and --no-spin.");
  const earlier = readResults();
  if (earlier !== null && JSON.stringify(earlier.machine) === JSON.stringify(machine))
    return earlier.measured;
  if (earlier === null || only === undefined) return [];
  throw new UsageError(
    "what the pages say was measured on another machine, or with other tools: write all rows, without --only.",
  );
};

const wasInterrupted = ({ ours, spin }: Result): boolean =>
  [ours, spin].some((one) => one?.ended === "interrupted");

const sayTables = (results: readonly Result[]): void => {
  for (const [group, title] of Object.entries(groups)) {
    const table = tableOf(group as Group, results);
    if (table !== null) say(`\n${title}\n\n${columns(table)}`);
  }
};

/** Tells of each row when it is done: whoever waits for an hour wants to see something. */
const tell = (text: string): void => {
  process.stderr.write(`${text}\n`);
};

const lineOf = (result: Result): string => {
  const [, cells = []] = tableOf(result.group, [result]) ?? [];
  return `${result.group} ${cells.filter((cell) => cell !== "").join("  ")}`;
};

const measureAll = async (
  chosen: readonly Row[],
  options: BenchOptions,
  spin: Spin | null,
  running: Running,
): Promise<readonly Result[]> => {
  const limits = { maxSeconds: options.minutes * 60, maxBytes: options.memory * 1024 ** 3 };
  const rounds = options.quick ? 1 : options.rounds;
  const results: Result[] = [];
  for await (const result of measuring(chosen, { spin, running, limits, rounds })) {
    results.push(result);
    tell(lineOf(result));
  }
  return results;
};

export const bench = async (options: BenchOptions): Promise<ExitCode> => {
  const chosen = chosenRows(options);
  if (options.list) {
    say(chosen.map(keyOf).join("\n"));
    return exitCodes.holds;
  }
  prepareOutputs({ json: options.json });
  const running = new Running();
  const spin = options.spin ? Spin.find(running) : null;
  try {
    const machine = thisMachine(spin?.versions ?? []);
    const earlier = options.write ? earlierResults(options, machine) : [];
    if (options.spin && spin === null) tell("Spin and gcc are not both installed: ours alone is measured.");
    const measured = await measureAll(chosen, options, spin, running);
    if (options.json === "-") sayJson("-", { machine, measured });
    else sayTables(measured);
    if (options.json !== undefined && options.json !== "-") sayJson(options.json, { machine, measured });
    if (options.write)
      await writeDocuments({
        machine,
        measured: merge(
          earlier,
          measured.filter((one) => !wasInterrupted(one)),
        ),
      });
    const wrong = complaints(measured);
    for (const complaint of wrong) tell(`bench: ${complaint}`);
    if (running.isInterrupted) return exitCodes.interrupted;
    return wrong.length > 0 ? exitCodes.violated : exitCodes.holds;
  } finally {
    spin?.close();
    running.end();
  }
};
