/** Spin, where it is installed: makes a search of the Promela text, and runs it. */
import { execFile, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { ProgressLine } from "../../cli/drive.ts";
import { count } from "../../cli/output.ts";
import type { Measurement } from "./measurement.ts";
import { type PanProgress, readPan, readPanProgress } from "./pan-output.ts";
import { root } from "./place.ts";
import type { SpinRun } from "./rows.ts";
import type { Limits, Running } from "./running.ts";

const text = join(root, "test/bench/miniature.pml");

/** The deepest path that is followed; those of the miniature are much shorter. */
const deepest = 100_000;

const answerOf = (command: string, argument: string): string | null => {
  try {
    return execFileSync(command, [argument], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  } catch {
    return null;
  }
};

const run = promisify(execFile);

/** A search that has been compiled. */
interface Pan {
  readonly file: string;
  /** Seconds that Spin and gcc took. */
  readonly startUp: number;
}

/** What gcc is told of the search. */
const definesOf = ({ reduced }: SpinRun, megabytes: number): string[] => [
  ...["-DSAFETY", `-DMEMLIM=${megabytes}`],
  ...(reduced ? [] : ["-DNOREDUCE"]),
];

export class Spin {
  private readonly place = mkdtempSync(join(tmpdir(), "papaya-bench-"));
  private readonly compiled = new Map<string, Pan>();

  private constructor(
    /** `Spin Version 6.5.2`, `gcc (…) 12.2.0` */
    readonly versions: readonly string[],
    private readonly running: Running,
  ) {}

  /** Null where Spin, or gcc, which it needs, is not installed. */
  static find(running: Running): Spin | null {
    const spin = /Spin Version [\d.]+/.exec(answerOf("spin", "-V") ?? "")?.[0];
    const gcc = answerOf("gcc", "--version")?.split("\n")[0];
    return spin === undefined || gcc === undefined ? null : new Spin([spin, gcc], running);
  }

  /** Runs one search; `what` is the name that it has while it runs. */
  async measure(order: SpinRun, what: string, limits: Limits): Promise<Measurement> {
    const pan = await this.compile(order, limits);
    return this.search(pan, order, what, limits);
  }

  /** Takes away what was compiled. */
  close(): void {
    rmSync(this.place, { recursive: true, force: true });
  }

  private async compile(order: SpinRun, { maxBytes }: Limits): Promise<Pan> {
    const key = JSON.stringify([order, maxBytes]);
    const known = this.compiled.get(key);
    if (known !== undefined) return known;
    const cwd = mkdtempSync(join(this.place, "pan-"));
    const started = performance.now();
    const sizes = [`-DN=${order.clients}`, `-DM=${order.messages}`];
    await run("spin", ["-a", ...(order.keepsOrder ? ["-o2"] : []), ...sizes, text], { cwd });
    const defines = definesOf(order, Math.floor(maxBytes / 1024 ** 2));
    await run("gcc", ["-O3", "-march=native", "-w", ...defines, "-o", "pan", "pan.c"], { cwd });
    const pan = { file: join(cwd, "pan"), startUp: (performance.now() - started) / 1000 };
    this.compiled.set(key, pan);
    return pan;
  }

  private search(
    { file, startUp }: Pan,
    { slotBits }: SpinRun,
    what: string,
    { maxSeconds }: Limits,
  ): Promise<Measurement> {
    const { running } = this;
    return new Promise((done, fail) => {
      // timeout(1) ends it also where we are not there any more to do so.
      const arguments_ = [`-m${deepest}`, `-w${slotBits}`];
      const command = ["--signal=INT", "--kill-after=30", String(maxSeconds), file, ...arguments_];
      const child = spawn("timeout", command, { cwd: this.place, stdio: ["ignore", "pipe", "ignore"] });
      // timeout(1) hands signals on to its group, but for the one that it cannot catch.
      const release = running.add((signal) =>
        process.kill(signal === "SIGKILL" ? -child.pid! : child.pid!, signal),
      );
      const line = new ProgressLine(what);
      let out = "";
      child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
        out += chunk;
        const progress = readPanProgress(out);
        if (progress !== null) line.show(showProgress(progress));
      });
      child.on("error", fail);
      child.on("close", () => {
        line.end();
        release();
        done({ ...measurementOf(out, running.isInterrupted), startUp });
      });
    });
  }
}

const showProgress = ({ states, transitions }: PanProgress): string =>
  `${count(states)} states, ${count(transitions)} steps`;

/** What pan has printed, and where it was killed in the middle of that, what it had said on its way. */
const measurementOf = (out: string, isInterrupted: boolean): Omit<Measurement, "startUp"> => {
  const read = readPan(out);
  if (read === null) {
    const { states, transitions, memory, seconds } = readPanProgress(out) ?? {
      ...{ states: 0, transitions: 0, memory: 0, seconds: 0 },
    };
    return { ended: "died", verdict: "unknown", states, transitions, memory, seconds };
  }
  return read.ended === "interrupted" && !isInterrupted ? { ...read, ended: "time" } : read;
};
