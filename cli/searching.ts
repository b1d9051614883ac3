/** What searches of all states share: how far they are, and when they end early. */
import { totalmem } from "node:os";
import type { SearchProgress } from "../sim/index.ts";
import type { Interruption } from "./drive.ts";
import { count } from "./output.ts";

export interface Limits {
  readonly maxStates?: number;
  readonly maxSeconds?: number;
}

/** A search leaves this much of the machine's memory alone, and ends as unknown before it takes more. */
const memoryShare = 0.7;

/** Bytes that the states of a search may take. */
export const memoryForStates = (): number => 0.6 * totalmem();

const isOutOfMemory = (): boolean => process.memoryUsage.rss() > memoryShare * totalmem();

export const showSearch = ({ states, transitions, queue, depth }: SearchProgress, seconds: number): string =>
  `${count(states)} states, ${count(queue)} to go, depth ${depth}, ${count(Math.round(transitions / seconds))} transitions/s`;

/** Whether a search is to end now. */
export const stopping =
  ({ maxSeconds = Number.POSITIVE_INFINITY }: Limits, interruption: Interruption) =>
  (seconds: number): boolean =>
    interruption.isAsked || seconds > maxSeconds || isOutOfMemory();
