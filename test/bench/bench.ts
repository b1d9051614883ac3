/** The command: measures the rows that are asked for, and says what came out. */
import { type ExitCode, exitCodes, UsageError } from "../../cli/exit.ts";
import { prepareOutputs } from "../../cli/options.ts";
import { columns, say, sayJson } from "../../cli/output.ts";
import { complaints } from "./complaints.ts";
import { type Means, measuring, profiling } from "./measuring.ts";
import { paths, readResults, writeDocuments } from "./page.ts";
import type { Profile } from "./profile.ts";
import { type Machine, merge, type Result, type Results, thisMachine } from "./results.ts";
import { type Group, groups, keyOf, type Row, rows } from "./rows.ts";
import { Running } from "./running.ts";
import { Spin } from "./spin.ts";
import { profileTable, startUpText, tableOf } from "./tables.ts";

export interface BenchOptions {
  readonly only?: string;
  readonly quick?: boolean;
  readonly minutes: number;
  /** In GiB. */
  readonly memory: number;
  readonly rounds: number;
  readonly spin: boolean;
  readonly profile?: boolean;
  readonly list?: boolean;
  readonly json?: string;
  readonly write?: boolean;
  readonly pages?: boolean;
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
const earlierResults = ({ only, quick, spin, profile }: BenchOptions, machine: Machine): Results => {
  if (quick || !spin)
    throw new UsageError("--write takes whole measurements: leave out --quick and --no-spin.");
  const earlier = readResults();
  if (earlier !== null && JSON.stringify(earlier.machine) === JSON.stringify(machine)) return earlier;
  if (earlier === null || (only === undefined && !profile)) return { machine, measured: [], profiles: [] };
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

const sayProfiles = (profiles: readonly Profile[]): void => {
  for (const profile of profiles)
    say(
      `\n${profile.name}: ${profile.bytesPerTransition} bytes allocated per transition\n\n${columns(profileTable(profile))}`,
    );
};

const measureAll = async (chosen: readonly Row[], options: BenchOptions, means: Means): Promise<Result[]> => {
  const results: Result[] = [];
  if (options.profile) return results;
  for await (const result of measuring(chosen, means)) {
    results.push(result);
    tell(lineOf(result));
  }
  return results;
};

/** Watching takes a while, and is for those who ask for it, or for the pages. */
const profileAll = async (
  chosen: readonly Row[],
  options: BenchOptions,
  means: Means,
): Promise<Profile[]> => {
  const profiles: Profile[] = [];
  if (!options.profile && !options.write) return profiles;
  const watched = chosen.filter(({ isProfiled }) => isProfiled);
  for await (const profile of profiling(watched, means)) profiles.push(profile);
  return profiles;
};

const report = async (results: Results, earlier: Results | null, { json }: BenchOptions): Promise<void> => {
  if (json !== undefined) sayJson(json, results);
  if (json !== "-") {
    sayTables(results.measured);
    sayProfiles(results.profiles);
    if (results.measured.length > 0) say(`\n${startUpText(results.measured)}`);
  }
  const whole = { ...results, measured: results.measured.filter((one) => !wasInterrupted(one)) };
  if (earlier !== null) await writeDocuments(merge(earlier, whole));
};

/** For whoever has changed how figures are shown. */
const writePages = async (): Promise<ExitCode> => {
  const results = readResults();
  if (results === null) throw new UsageError(`there is no ${paths.results} yet: measure with --write.`);
  await writeDocuments(results);
  return exitCodes.holds;
};

export const bench = async (options: BenchOptions): Promise<ExitCode> => {
  if (options.pages) return writePages();
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
    const earlier = options.write ? earlierResults(options, machine) : null;
    if (options.spin && spin === null) tell("Spin and gcc are not both installed: ours alone is measured.");
    const limits = { maxSeconds: options.minutes * 60, maxBytes: options.memory * 1024 ** 3 };
    const means = { spin, running, limits, rounds: options.quick ? 1 : options.rounds };
    const measured = await measureAll(chosen, options, means);
    await report({ machine, measured, profiles: await profileAll(chosen, options, means) }, earlier, options);
    const wrong = complaints(measured);
    for (const complaint of wrong) tell(`bench: ${complaint}`);
    if (running.isInterrupted) return exitCodes.interrupted;
    return wrong.length > 0 ? exitCodes.violated : exitCodes.holds;
  } finally {
    spin?.close();
    running.end();
  }
};
