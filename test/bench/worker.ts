/** One measurement of ours, in a process of its own, so that its memory is its own. */
import { match } from "ts-pattern";
import { drive, ProgressLine } from "../../cli/drive.ts";
import { count } from "../../cli/output.ts";
import { finish } from "../../sim/index.ts";
import type { Ended, Measurement } from "./measurement.ts";
import { type AllocationProfile, allocationProfileOf, type TimeProfile, timeProfileOf } from "./profile.ts";
import type { Limits } from "./running.ts";
import {
  type Led,
  type ManyRuns,
  makingRuns,
  type Outcome,
  type Progress,
  type Subject,
  working,
} from "./subject.ts";

/**
 * What is done before, so that V8 has compiled the code as gcc has compiled Spin's: the same kind of work at its smallest; the work
 * itself, as what ends in a second has to do with compiling most of the time otherwise; or nothing.
 */
export type WarmUp = "small" | "same" | "none";

/** What is to be measured, and when to stop. */
export interface Order extends Limits {
  readonly subject: Subject;
  /** For the progress line. */
  readonly what: string;
  readonly warmUp: WarmUp;
  /** What is wanted: figures, or to see where the time goes, or what is allocated. */
  readonly wanted: "measurement" | "time" | "allocation";
}

let interrupted = false;
// Whoever ordered this asks once, and again where Ctrl-C is pressed again; it has no other way to end this early.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
  process.on(signal, () => {
    interrupted = true;
  });
process.on("disconnect", () => {
  interrupted = true;
});

/**
 * So often, and for so many seconds at least, what is warmed up with itself is done before: V8 compiles again and again what turns
 * out to be used most, and two seconds is what Spin and gcc take.
 */
const [timesBefore, secondsBefore] = [3, 2];

const smallest = (subject: Led): Led =>
  match(subject)
    .with({ of: "miniature" }, (one): Led => ({ ...one, clients: 2, messages: 2 }))
    .with({ of: "papaya" }, (one): Led => ({ ...one, clients: 1, messages: 2 }))
    .with({ of: "simulation" }, (one): Led => ({ ...one, steps: one.steps / 10 }))
    .exhaustive();

const prepare = (subject: Led, warmUp: WarmUp): void =>
  match(warmUp)
    .with("none", () => undefined)
    .with("small", () => void finish(working(smallest(subject))))
    .with("same", () => {
      const started = performance.now();
      for (let time = 0; time < timesBefore || performance.now() - started < 1000 * secondsBefore; time++)
        finish(working(subject));
    })
    .exhaustive();

const show = ({ states, transitions }: Progress): string =>
  states === 0 ? `${count(transitions)} steps` : `${count(states)} states, ${count(transitions)} steps`;

interface Made {
  readonly result: Outcome;
  readonly seconds: number;
}

/** Threads that start anew each time know nothing beforehand, as those of a command do. */
const makeRuns = async (
  subject: ManyRuns,
  what: string,
  shouldStop: (seconds: number) => boolean,
): Promise<Made> => {
  const line = new ProgressLine(what);
  const result = await makingRuns(subject, (progress) => {
    line.show(show(progress));
    return shouldStop(line.seconds) ? "stop" : undefined;
  });
  const { seconds } = line;
  line.end();
  return { result, seconds };
};

const measure = async ({ subject, what, warmUp, maxSeconds, maxBytes }: Order): Promise<Measurement> => {
  if (subject.of !== "runs") prepare(subject, warmUp);
  const startUp = process.uptime();
  let stopped: Ended = "complete";
  const why = (seconds: number): Ended => {
    if (interrupted) return "interrupted";
    if (seconds > maxSeconds) return "time";
    return process.memoryUsage.rss() > maxBytes ? "memory" : "complete";
  };
  const shouldStop = (passed: number) => {
    // Threads are asked to stop more than once, and memory may have been given back by then.
    if (stopped === "complete") stopped = why(passed);
    return stopped !== "complete";
  };
  const { result, seconds } =
    subject.of === "runs"
      ? await makeRuns(subject, what, shouldStop)
      : await drive(working(subject), what, show, shouldStop);
  const { verdict, states, transitions, complete } = result;
  const memory = process.resourceUsage().maxRSS * 1024;
  const ended = complete ? "complete" : stopped;
  return { ended, verdict, states, transitions, seconds, startUp, memory };
};

/** Only what one thread does is watched. */
const ledBy = (subject: Subject): Led => {
  if (subject.of === "runs") throw new Error("internal: runs on all cores are not watched");
  return subject;
};

const answer = (order: Order): Promise<Measurement | TimeProfile | AllocationProfile> =>
  match(order.wanted)
    .with("measurement", () => measure(order))
    .with("time", () => timeProfileOf(() => finish(working(ledBy(order.subject)))))
    .with("allocation", () => allocationProfileOf(() => finish(working(ledBy(order.subject)))))
    .exhaustive();

process.on("message", async (order: Order) => {
  process.send?.(await answer(order), () => process.disconnect());
});
