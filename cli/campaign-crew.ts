/** Threads that make the runs of a campaign. This thread only hands out stretches of them, and stays free for Ctrl-C. */
import { on } from "node:events";
import { totalmem } from "node:os";
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
import {
  type Campaign,
  type CampaignProgress,
  joinTallies,
  knowledgeLimit,
  type Stretch,
  sharedInts,
  type Tally,
} from "../sim/index.ts";
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

/** What a thread is given when it starts. */
export interface Post {
  readonly order: Order;
  /** Its share of the memory that may be taken by what runs have found out: bytes, about. */
  readonly memory: number;
  /** Stretches from this run on are to end, or 0 as long as all are to go on. */
  readonly endFrom: Int32Array;
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

/** A thread could not make these runs. What it threw is no more than a text in another thread. */
class FailedStretch extends Error {
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
  /** As few as there can be, so that the longest campaign takes no more memory than a short one. */
  tallies: readonly Tally[] = [];
  /** The first stretch that could not be made. */
  failure: FailedStretch | null = null;
  readonly endFrom = sharedInts(1);
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
        .with({ type: "failed" }, ({ message }) => this.fail(current, message))
        .exhaustive();
      if (said.type === "progress") continue;
      stretch = this.handTo(thread);
      if (stretch === undefined) return;
    }
    throw new Error("internal: a worker thread is gone");
  }

  /** All stretches that begin with this run or behind it are to end, and no more are to be begun. */
  end(run: number): void {
    const before = Atomics.load(this.endFrom, 0);
    if (before === 0 || run < before) Atomics.store(this.endFrom, 0, run);
  }

  private handTo(thread: Worker): Stretch | undefined {
    if (Atomics.load(this.endFrom, 0) !== 0) return undefined;
    const stretch = this.stretches.next().value;
    if (stretch !== undefined) thread.postMessage(stretch);
    return stretch;
  }

  private note(thread: Worker, tally: Tally): void {
    this.underWay.delete(thread);
    this.made = sum([this.made, tally]);
    this.tallies = joinTallies([...this.tallies, tally]);
  }

  /** What was begun before goes on: the first run that fails is always found. */
  private fail(stretch: Stretch, message: string): void {
    if (this.failure === null || stretch.first < this.failure.stretch.first)
      this.failure = new FailedStretch(stretch, message);
    this.end(stretch.first);
  }
}

/** What threads have made of a campaign. */
export interface MadeInThreads {
  readonly tallies: readonly Tally[];
  /** The first stretch in which a run could not be made. There may be a gap before it, where the campaign was ended early. */
  readonly failure: FailedStretch | null;
}

/** What all threads together may remember: a share of the machine's memory. */
const shareOfMemory = 0.3;

/**
 * Makes runs of a campaign on at most so many threads, all of which have ended when it returns. `look` is called now and then, and
 * answers whether to stop.
 */
export const makeInThreads = async (
  order: Order,
  all: Stretch,
  workers: number,
  look: (progress: CampaignProgress) => "stop" | undefined,
): Promise<MadeInThreads> => {
  const many = Math.min(workers, all.runs);
  const crew = new CampaignCrew(stretchesOf(all, workers));
  const memory = Math.min(knowledgeLimit, (shareOfMemory * totalmem()) / many);
  const post: Post = { order, memory, endFrom: crew.endFrom };
  const threads: Worker[] = [];
  const timer = setInterval(() => {
    if (look(crew.progress) === "stop") crew.end(1);
  }, lookEvery);
  try {
    while (threads.length < many)
      threads.push(new Worker(new URL("./campaign-thread.js", import.meta.url), { workerData: post }));
    await Promise.all(threads.map((thread) => crew.employ(thread)));
  } finally {
    clearInterval(timer);
    await Promise.all(threads.map((thread) => thread.terminate()));
  }
  return { tallies: crew.tallies, failure: crew.failure };
};
