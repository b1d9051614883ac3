/** A thread of a crew: does what it is told of each round, and says when it is done. */
import { parentPort, workerData } from "node:worker_threads";
import { Expander, type Round } from "../sim/index.ts";
import { failed, type Post } from "./crew.ts";

const { harvest, done, ready } = workerData as Post;

parentPort?.on("message", (round: Round) => {
  try {
    new Expander(round.tables, harvest, false).run(round);
    Atomics.add(done, 0, 1);
  } catch {
    Atomics.store(done, 0, failed);
  }
  Atomics.notify(done, 0);
});
Atomics.store(ready, 0, 1);
