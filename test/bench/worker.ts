/** One measurement of ours, in a process of its own, so that its memory is its own. */
import { match } from "ts-pattern";
import { drive } from "../../cli/drive.ts";
import { count } from "../../cli/output.ts";
import { finish } from "../../sim/index.ts";
import type { Ended, Measurement } from "./measurement.ts";
import { type AllocationProfile, allocationProfileOf, type TimeProfile, timeProfileOf } from "./profile.ts";
import type { Limits } from "./running.ts";
import { type Outcome, type Subject, working } from "./subject.ts";

/** What is to be measured, and when to stop. */
export interface Order extends Limits {
  readonly subject: Subject;
  /** For the progress line. */
  readonly what: string;
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

/** The same kind of work at its smallest, so that what is measured is not the compiler. */
const warmUp = (subject: Subject): void => {
  const small = match(subject)
    .with({ of: "miniature" }, (one): Subject => ({ ...one, clients: 2, messages: 2 }))
    .with({ of: "papaya" }, (one): Subject => ({ ...one, clients: 1, messages: 2 }))
    .with({ of: "simulation" }, (one): Subject => ({ ...one, steps: one.steps / 10 }))
    .exhaustive();
  finish(working(small));
};

const measure = async ({ subject, what, maxSeconds, maxBytes }: Order): Promise<Measurement> => {
  warmUp(subject);
  const startUp = process.uptime();
  let stopped: Ended = "complete";
  const why = (seconds: number): Ended => {
    if (interrupted) return "interrupted";
    if (seconds > maxSeconds) return "time";
    return process.memoryUsage.rss() > maxBytes ? "memory" : "complete";
  };
  const { result, seconds } = await drive(
    working(subject),
    what,
    ({ states, transitions }) =>
      states === 0 ? `${count(transitions)} steps` : `${count(states)} states, ${count(transitions)} steps`,
    (passed) => {
      stopped = why(passed);
      return stopped !== "complete";
    },
  );
  const { verdict, states, transitions, complete }: Outcome = result;
  const memory = process.resourceUsage().maxRSS * 1024;
  const ended = complete ? "complete" : stopped;
  return { ended, verdict, states, transitions, seconds, startUp, memory };
};

const answer = (order: Order): Promise<Measurement | TimeProfile | AllocationProfile> =>
  match(order.wanted)
    .with("measurement", () => measure(order))
    .with("time", () => timeProfileOf(() => finish(working(order.subject))))
    .with("allocation", () => allocationProfileOf(() => finish(working(order.subject))))
    .exhaustive();

process.on("message", async (order: Order) => {
  process.send?.(await answer(order), () => process.disconnect());
});
