/** Threads that make the runs of a campaign. This thread only hands out stretches of them, and stays free for Ctrl-C. */
import { on } from "node:events";
import { Worker } from "node:worker_threads";
import { match } from "ts-pattern";
import {
  type Bounds,
  type Property,
  type PropertyId,
  type Protocol,
  type Setting,
  settingOf,
} from "../model/index.ts";
import { type Campaign, type CampaignProgress, type Stretch, sharedInts, type Tally } from "../sim/index.ts";
import { type SchedulerOptions, schedulerFor } from "./scheduler.ts";

/** What runs have in common, as it can be sent to a thread. */
export interface Order extends SchedulerOptions {
  /** The protocol: its id, or the path of its file. */
  readonly reference: string;
  readonly bounds: Bounds;
  readonly properties: readonly PropertyId[];
  readonly seed: string;
  readonly maxSteps?: number;
}

/** What a thread is given when it starts. `stop` is 1 when it is to end. */
export interface Post {
  readonly order: Order;
  readonly stop: Int32Array;
}

/** What a thread says of its stretch. */
export type Said =
  | ({ readonly type: "progress" } & CampaignProgress)
  | { readonly type: "made"; readonly tally: Tally }
  | { readonly type: "failed"; readonly message: string };

/** The campaign that an order is about, of a protocol that has been loaded, judged by properties among these. */
export const campaignOf = (protocol: Protocol, order: Order, known: readonly Property[]): Campaign => {
  const setting: Setting = settingOf(protocol, order.bounds);
  const { seed, maxSteps } = order;
  return {
    setting,
    properties: known.filter(({ id }) => order.properties.includes(id)),
    seed,
    schedulerFor: (own) => schedulerFor(setting, { ...order, seed: own }),
    ...(maxSteps === undefined ? {} : { maxSteps }),
  };
};

/** A thread could not make these runs. */
export class FailedStretch extends Error {
  constructor(
    readonly stretch: Stretch,
    message: string,
  ) {
    super(`internal: a worker thread failed: ${message}`);
  }
}

/** A stretch has at most so many runs, so that little is lost where threads are stopped in the midst of theirs. */
const mostAtOnce = 16;
/** A thread is given at least so many stretches where runs are few, so that all threads end at nearly the same time. */
const leastStretches = 8;

function* stretchesOf({ first, runs }: Stretch, workers: number): Generator<Stretch, undefined> {
  const size = Math.min(mostAtOnce, Math.ceil(runs / workers / leastStretches));
  for (let at = 0; at < runs; at += size) yield { first: first + at, runs: Math.min(size, runs - at) };
}

/** Milliseconds between two looks at whether to stop. */
const lookEvery = 50;

const sum = (progress: Iterable<CampaignProgress>): CampaignProgress => {
  let [runs, steps] = [0, 0];
  for (const one of progress) [runs, steps] = [runs + one.runs, steps + one.steps];
  return { runs, steps };
};

/** One campaign's threads, and what they have told. */
class CampaignCrew {
  readonly tallies: Tally[] = [];
  readonly failures: FailedStretch[] = [];
  readonly stop = sharedInts(1);
  private readonly underWay = new Map<Worker, CampaignProgress>();
  private made: CampaignProgress = { runs: 0, steps: 0 };

  constructor(private readonly stretches: Iterator<Stretch, undefined>) {}

  get progress(): CampaignProgress {
    return sum([this.made, ...this.underWay.values()]);
  }

  /** Gives a thread stretch after stretch, until there are no more, or all are to end. Throws where the thread is lost. */
  async employ(thread: Worker): Promise<void> {
    let stretch = this.handTo(thread);
    if (stretch === undefined) return;
    for await (const [said] of on(thread, "message", { close: ["exit"] }) as AsyncIterable<[Said]>) {
      const current = stretch;
      match(said)
        .with({ type: "progress" }, (progress) => void this.underWay.set(thread, progress))
        .with({ type: "made" }, ({ tally }) => this.note(thread, tally))
        .with({ type: "failed" }, ({ message }) => this.failures.push(new FailedStretch(current, message)))
        .exhaustive();
      if (said.type === "progress") continue;
      stretch = this.handTo(thread);
      if (stretch === undefined) return;
    }
    throw new Error("internal: a worker thread is gone");
  }

  /** After a failure no more is begun, but what was begun before goes on: the first run that fails is always found. */
  private handTo(thread: Worker): Stretch | undefined {
    if (this.failures.length > 0 || Atomics.load(this.stop, 0) === 1) return undefined;
    const stretch = this.stretches.next().value;
    if (stretch !== undefined) thread.postMessage(stretch);
    return stretch;
  }

  private note(thread: Worker, tally: Tally): void {
    this.underWay.delete(thread);
    this.made = sum([this.made, tally]);
    this.tallies.push(tally);
  }
}

/**
 * Makes runs of a campaign on at most so many threads, all of which have ended when it returns. `look` is called now and then, and
 * answers whether to stop. Throws a {@link FailedStretch} for the first runs that cannot be made.
 */
export const makeInThreads = async (
  order: Order,
  all: Stretch,
  workers: number,
  look: (progress: CampaignProgress) => "stop" | undefined,
): Promise<readonly Tally[]> => {
  const crew = new CampaignCrew(stretchesOf(all, workers));
  const post: Post = { order, stop: crew.stop };
  const hire = () => new Worker(new URL("./campaign-thread.js", import.meta.url), { workerData: post });
  const threads = Array.from({ length: Math.min(workers, all.runs) }, hire);
  const timer = setInterval(() => {
    if (look(crew.progress) === "stop") Atomics.store(crew.stop, 0, 1);
  }, lookEvery);
  try {
    await Promise.all(threads.map((thread) => crew.employ(thread)));
  } finally {
    clearInterval(timer);
    await Promise.all(threads.map((thread) => thread.terminate()));
  }
  const [first] = crew.failures.sort((a, b) => a.stretch.first - b.stretch.first);
  if (first !== undefined) throw first;
  return crew.tallies;
};
