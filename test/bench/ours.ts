/** Orders a measurement of ours from a process of its own. */
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Measurement } from "./measurement.ts";
import type { Limits, Running } from "./running.ts";
import type { Subject } from "./subject.ts";
import type { Order } from "./worker.ts";

const worker = fileURLToPath(
  new URL(`worker${import.meta.url.endsWith(".ts") ? ".ts" : ".js"}`, import.meta.url),
);

/** A worker that does not stop by itself is not waited for longer than this, in milliseconds. */
const grace = 60_000;

const died: Measurement = {
  ...{ ended: "died", verdict: "unknown", states: 0, transitions: 0, seconds: 0, startUp: 0, memory: 0 },
};

/** Measures a subject; `what` is the name that it has while it runs. */
export const measureOurs = (
  subject: Subject,
  what: string,
  limits: Limits,
  running: Running,
): Promise<Measurement> =>
  new Promise((done) => {
    // In a group of its own: Ctrl-C reaches it through us alone, so that it is asked once.
    const child = fork(worker, [], { detached: true, stdio: ["ignore", "inherit", "inherit", "ipc"] });
    const release = running.add((signal) => child.kill(signal));
    const order: Order = { subject, what, ...limits };
    const tooLong = setTimeout(() => child.kill("SIGKILL"), limits.maxSeconds * 1000 + grace);
    let measurement = died;
    child.on("message", (message) => {
      measurement = message as Measurement;
    });
    child.on("close", () => {
      clearTimeout(tooLong);
      release();
      done(measurement);
    });
    child.send(order);
  });
