/**
 * `npm run conformance`: many generated programs on both kernels, on all cores. Prints what the real kernel has been seen
 * to do, and where the two part: the shortest program that shows it.
 *
 *     npm run conformance -- --runs 10000 --seed 1
 */
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type Counted, count, merge, nothing } from "./counting.ts";
import { unreachable, wantedObjects, wantedResults } from "./reach.ts";

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "10000" },
    seed: { type: "string", default: "1" },
    workers: { type: "string", default: String(availableParallelism()) },
    worker: { type: "string" },
  },
});
const [runs, seed, workers] = [Number(values.runs), Number(values.seed), Number(values.workers)];
if (![runs, seed, workers].every((value) => Number.isInteger(value) && value > 0)) {
  process.stderr.write("conformance: --runs, --seed and --workers take whole numbers from 1 on\n");
  process.exit(2);
}

const jiti = join(dirname(createRequire(import.meta.url).resolve("jiti/package.json")), "lib/jiti-cli.mjs");

/** One worker: what it has counted so far, now and again. */
const work = (worker: number, hear: (counted: Counted) => void): Promise<number | null> =>
  new Promise((done) => {
    const arguments_ = ["--runs", values.runs, "--seed", values.seed, "--workers", values.workers];
    const child = spawn(
      process.execPath,
      [jiti, fileURLToPath(import.meta.url), ...arguments_, "--worker", String(worker)],
      { stdio: ["ignore", "pipe", "inherit"] },
    );
    createInterface(child.stdout).on("line", (line) => hear(JSON.parse(line) as Counted));
    child.on("close", done);
  });

const list = (title: string, rows: readonly string[]): string =>
  `${title}: ${rows.length === 0 ? "none" : `\n${rows.map((row) => `  ${row}`).join("\n")}`}`;

const reportOn = (
  { programs, steps, processes, results, objects, odd, failures }: Counted,
  seconds: number,
) => {
  const seen = (all: readonly string[], reached: readonly string[]) =>
    `${all.filter((one) => reached.includes(one)).length} of ${all.length}`;
  const missed = (
    all: readonly string[],
    reached: readonly string[],
    reasons: Readonly<Record<string, string>>,
  ) =>
    all.filter((one) => !reached.includes(one)).map((one) => `${one}   (${reasons[one] ?? "not this time"})`);
  const say = (text: string) => process.stdout.write(`${text}\n`);
  say(
    `${programs} programs, ${steps} steps, ${processes} real processes, ${seconds.toFixed(0)} s: ${Math.round((60 * programs) / seconds)} programs a minute`,
  );
  say(
    `transitions of lock and signals that the real kernel has been seen to take: ${seen(wantedObjects(), objects)}`,
  );
  say(`results of calls that it has been seen to give: ${seen(wantedResults(), results)}`);
  say(list("transitions that it has not", missed(wantedObjects(), objects, unreachable.transitions)));
  say(list("results that it has not", missed(wantedResults(), results, unreachable.results)));
  say(list("results that the model never gives", odd));
  for (const failure of failures) say(`\n${failure}`);
  say(
    failures.length === 0
      ? "the two kernels never parted"
      : `the two kernels parted ${failures.length} times`,
  );
};

const started = performance.now();
if (values.worker !== undefined) {
  await count({ worker: Number(values.worker), workers, runs, seed }, (counted) =>
    process.stdout.write(`${JSON.stringify(counted)}\n`),
  );
} else {
  const latest = new Map<number, Counted>();
  const total = () => [...latest.values()].reduce(merge, nothing);
  let said = started;
  const codes = await Promise.all(
    Array.from({ length: workers }, (_, worker) =>
      work(worker, (counted) => {
        latest.set(worker, counted);
        if (performance.now() - said < 10_000) return;
        said = performance.now();
        process.stderr.write(`${total().programs} of ${runs} programs, ${total().failures.length} failed\n`);
      }),
    ),
  );
  reportOn(total(), (performance.now() - started) / 1000);
  process.exitCode = total().failures.length > 0 ? 4 : codes.some((code) => code !== 0) ? 70 : 0;
}
