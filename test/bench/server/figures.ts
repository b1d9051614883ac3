/** What is measured of a server with so many clients, and what is made of several measurements. */
import type { Contender } from "./subject.ts";

export interface Figures {
  /** Lines a second that everybody has received, while everybody sends as fast as lines come back. */
  readonly lines: number;
  /** The same, times the clients that receive each. */
  readonly deliveries: number;
  /** Milliseconds of processor for a thousand deliveries: meanwhile, and when lines come one at a time. */
  readonly floodCost: number;
  readonly pingCost: number;
  /** Of `floodCost`, from 0 to 1: what was spent inside the kernel. */
  readonly kernelShare: number;
  /** Lines for each append, while everybody sends. Ours alone: it calls write(2) for nothing else, as a plain server does. */
  readonly batch: number;
  /** How often the server goes to sleep for a delivery, when lines come one at a time. */
  readonly sleeps: number;
  /** Milliseconds from a line's sending to its last receipt. */
  readonly median: number;
  readonly p99: number;
  /** KiB for each client: when all have come, and after everybody has sent. */
  readonly memoryIdle: number;
  readonly memoryBusy: number;
  /** Connections a second, from connect to the first byte of history; processor milliseconds for each. */
  readonly connects: number;
  readonly connectCost: number;
  /** Milliseconds of processor that the load itself took for a thousand deliveries, all clients together. */
  readonly loadCost: number;
}

export interface Result extends Contender {
  readonly clients: number;
  readonly figures: Figures;
}

/** The value below which that share of them lies. Throws a RangeError where there are none. */
export const quantile = (values: readonly number[], share: number): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const found = sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  if (found === undefined) throw new RangeError("nothing was measured");
  return found;
};

/** Figure by figure the median. */
export const summarize = (measured: readonly Figures[]): Figures => {
  const [first] = measured;
  if (first === undefined) throw new RangeError("nothing was measured");
  const names = Object.keys(first) as (keyof Figures)[];
  return Object.fromEntries(
    names.map((name) => [
      name,
      quantile(
        measured.map((figures) => figures[name]),
        0.5,
      ),
    ]),
  ) as unknown as Figures;
};
