/** A crew of threads for sweeps: this one and others beside it, which start when there is enough to do. */
import { Worker } from "node:worker_threads";
import { type Crew, Expander, emptyHarvest, type Harvest, type Round, sharedInts } from "../sim/index.ts";

/** What a thread is given when it starts. `done` counts those that have finished the round; `ready` tells that it listens. */
export interface Post {
  readonly harvest: Harvest;
  readonly done: Int32Array;
  readonly ready: Int32Array;
}

/** Rounds of fewer states are not worth calling anybody for. */
const worthIt = 1 << 11;

/** What a thread leaves in `done` instead of finishing. */
export const failed = -(1 << 20);

interface Hand extends Post {
  readonly thread: Worker;
}

const hire = (done: Int32Array): Hand => {
  const post = { harvest: emptyHarvest(), done, ready: sharedInts(1) };
  const thread = new Worker(new URL("./crew-thread.js", import.meta.url), { workerData: post });
  thread.unref();
  return { ...post, thread };
};

export interface ThreadCrew extends Crew {
  /** Ends the threads. */
  end(): void;
}

/** Milliseconds in which a thread finishes its part of a round by far. */
const patience = 120_000;

/** Waits until so many have finished. Throws where one of them has failed, or does not finish. */
const waitFor = (done: Int32Array, many: number): void => {
  // A process that was stopped for long is late once, and not twice.
  let late = 0;
  for (let finished = Atomics.load(done, 0); finished < many; finished = Atomics.load(done, 0)) {
    if (finished < 0) throw new Error("internal: a worker thread failed");
    late = Atomics.wait(done, 0, finished, patience) === "timed-out" ? late + 1 : 0;
    if (late > 1) throw new Error("internal: a worker thread is gone");
  }
};

/** So many threads, this one included. Those that have not started yet are not waited for. */
export const crewOf = (workers: number): ThreadCrew => {
  const own = emptyHarvest();
  const done = sharedInts(1);
  let hands: Hand[] = [];
  const call = (round: Round): readonly Hand[] => {
    if (round.count < worthIt || workers === 1) return [];
    if (hands.length === 0) hands = Array.from({ length: workers - 1 }, () => hire(done));
    const ready = hands.filter((hand) => Atomics.load(hand.ready, 0) === 1);
    for (const { thread } of ready) thread.postMessage(round);
    return ready;
  };
  return {
    workers,
    work: (round) => {
      Atomics.store(done, 0, 0);
      const called = call(round);
      new Expander(round.tables, own, called.length === 0).run(round);
      waitFor(done, called.length);
      return [own, ...called.map(({ harvest }) => harvest)];
    },
    end: () => {
      for (const { thread } of hands) void thread.terminate();
      hands = [];
    },
  };
};
