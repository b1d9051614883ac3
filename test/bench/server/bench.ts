/** The command: measures both servers at every size, and says what came out. */
import { cpus, loadavg, release, totalmem } from "node:os";
import { type ExitCode, exitCodes, UsageError } from "../../../cli/exit.ts";
import { prepareOutputs } from "../../../cli/options.ts";
import { columns, say, sayJson } from "../../../cli/output.ts";
import { Running } from "../running.ts";
import { type Figures, type Result, summarize } from "./figures.ts";
import { measure } from "./measuring.ts";
import { type Results, writeDocuments } from "./page.ts";
import { type Contender, subjects } from "./subject.ts";
import { type Table, tableOf, tables } from "./tables.ts";

/** Clients at once. */
export const allSizes: readonly number[] = [1, 8, 32, 64];

/** With so many clients it is also measured what it costs to have the disk keep the log. */
const durableSize = 8;

const contendersWith = (clients: number): Contender[] =>
  (clients === durableSize ? (["none", "batch", "always"] as const) : (["none"] as const)).flatMap(
    (durability) => subjects.map((subject) => ({ subject, durability })),
  );

export interface BenchOptions {
  readonly quick?: boolean;
  readonly rounds: number;
  readonly clients: readonly number[];
  readonly json?: string;
  readonly write?: boolean;
}

const machine = (): string => {
  const [load = 0] = loadavg();
  const memory = Math.round(totalmem() / 1024 ** 3);
  return [
    `${cpus()[0]?.model ?? "unknown"}, ${cpus().length} cores, ${memory} GiB`,
    `Linux ${release().split("-")[0]}; Node ${process.version}`,
    `load of the machine when it began: ${load.toFixed(1)}`,
  ].join("; ");
};

const note = (text: string): void => {
  process.stderr.write(`${text}\n`);
};

/** One size: all servers by turns, since machines drift. Stops early where somebody interrupts. */
const measureSize = async (clients: number, rounds: number, running: Running): Promise<Result[]> => {
  const contenders = contendersWith(clients).map((contender) => ({ contender, taken: [] as Figures[] }));
  for (let round = 1; round <= rounds; round++)
    for (const { contender, taken } of contenders) {
      if (running.isInterrupted) break;
      const what = `${contender.subject}, durability ${contender.durability}`;
      note(`${what}, ${clients} client${clients === 1 ? "" : "s"}, round ${round} of ${rounds}`);
      try {
        taken.push(await measure(contender, clients, running));
      } catch (error) {
        if (!running.isInterrupted) throw error;
      }
    }
  return contenders
    .filter(({ taken }) => taken.length > 0)
    .map(({ contender, taken }) => ({ ...contender, clients, figures: summarize(taken) }));
};

/** Measures what is asked for; prints what was reached where somebody interrupts. */
export const bench = async (options: BenchOptions): Promise<ExitCode> => {
  const { quick = false, json, write = false } = options;
  const sizes = quick ? [1, 8] : options.clients;
  const rounds = quick ? 1 : options.rounds;
  if (write && sizes.join() !== allSizes.join())
    throw new UsageError("--write takes whole measurements: leave out --quick and --clients.");
  prepareOutputs({ ...(json === undefined ? {} : { json }) });
  const running = new Running();
  const measured: Result[] = [];
  const results = (): Results => ({ machine: about, rounds, measured });
  const about = machine();
  for (const clients of sizes) measured.push(...(await measureSize(clients, rounds, running)));
  running.end();
  if (json !== undefined) sayJson(json, results());
  if (json !== "-")
    for (const table of Object.keys(tables) as Table[]) say(`\n${columns(tableOf(table, measured))}`);
  if (running.isInterrupted) return exitCodes.interrupted;
  if (write) writeDocuments(results());
  return exitCodes.holds;
};
