/** Orders measurements and profiles of ours, each from a process of its own. */
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Measurement } from "./measurement.ts";
import type { AllocationProfile, Profile, TimeProfile } from "./profile.ts";
import type { Limits, Running } from "./running.ts";
import type { Subject } from "./subject.ts";
import type { Order, WarmUp } from "./worker.ts";

const worker = fileURLToPath(new URL("worker.js", import.meta.url));

/** A worker that does not stop by itself is not waited for longer than this, in milliseconds. */
const grace = 60_000;

/** What the worker answers; null where it dies without a word. */
const ask = (order: Order, nodeFlags: readonly string[], running: Running): Promise<unknown> =>
  new Promise((done) => {
    // In a group of its own: Ctrl-C reaches it through us alone, so that it is asked once.
    const child = fork(worker, [], {
      execArgv: [...nodeFlags],
      detached: true,
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    const release = running.add((signal) => child.kill(signal));
    const tooLong = setTimeout(() => child.kill("SIGKILL"), order.maxSeconds * 1000 + grace);
    let answer: unknown = null;
    child.on("message", (message) => {
      answer = message;
    });
    child.on("close", () => {
      clearTimeout(tooLong);
      release();
      done(answer);
    });
    child.send(order);
  });

const died: Measurement = {
  ...{ ended: "died", verdict: "unknown", states: 0, transitions: 0, seconds: 0, startUp: 0, memory: 0 },
};

/** Measures a subject; `what` is the name that it has while it runs. */
export const measureOurs = async (
  subject: Subject,
  what: string,
  warmUp: WarmUp,
  limits: Limits,
  running: Running,
): Promise<Measurement> => {
  const answer = await ask({ subject, what, warmUp, wanted: "measurement", ...limits }, [], running);
  return (answer as Measurement | null) ?? died;
};

/** Watches a subject at work; null where it dies of that, or is interrupted. */
export const profileOurs = async (
  subject: Subject,
  what: string,
  limits: Limits,
  running: Running,
): Promise<Profile | null> => {
  const ordered = { subject, what, warmUp: "none" as const, ...limits };
  // What is inlined would count as the work of whoever calls it; what is not allocates more than it does otherwise.
  const time = await ask({ ...ordered, wanted: "time" }, ["--no-turbo-inlining"], running);
  const allocation = await ask({ ...ordered, wanted: "allocation" }, [], running);
  if (time === null || allocation === null) return null;
  return { name: what, ...(time as TimeProfile), ...(allocation as AllocationProfile) };
};
