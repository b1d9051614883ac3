/** What one search came to, ours or Spin's, and how two of them compare. */

/**
 * `complete`: every state was seen. Otherwise what stopped it first: a bound on time, memory or Spin's stack, or Ctrl-C.
 * `died`: its process ended without a word.
 */
export type Ended = "complete" | "time" | "memory" | "depth" | "interrupted" | "died";

export interface Measurement {
  readonly ended: Ended;
  /** `unknown` where not every state was seen, and none of those that were breaks anything. */
  readonly verdict: "holds" | "violated" | "unknown";
  /** Distinct states found; 0 for a simulation. */
  readonly states: number;
  /** Steps from one state to another; for a simulation its steps. */
  readonly transitions: number;
  /** The search alone. */
  readonly seconds: number;
  /** What came before it: of ours Node, loading and warming up; of Spin `spin -a` and gcc. */
  readonly startUp: number;
  /** The most memory that it took, in bytes: of ours the resident set of the whole process, of Spin its own account. */
  readonly memory: number;
}

/** Several measurements of one thing. */
export interface Measured extends Measurement {
  readonly rounds: number;
}

export const rateOf = ({ states, seconds }: Measurement): number => states / seconds;

export const stepRateOf = ({ transitions, seconds }: Measurement): number => transitions / seconds;

const medianBy = <T>(all: readonly T[], key: (one: T) => number): T => {
  const sorted = [...all].sort((a, b) => key(a) - key(b));
  return sorted[(sorted.length - 1) >> 1]!;
};

/** The median of the rounds by time, with the most memory of any. A round that was stopped early speaks for all. */
export const summarize = (rounds: readonly Measurement[]): Measured => {
  const stopped = rounds.find(({ ended }) => ended !== "complete");
  const median = stopped ?? medianBy(rounds, ({ seconds }) => seconds);
  return { ...median, memory: Math.max(...rounds.map(({ memory }) => memory)), rounds: rounds.length };
};

/** A quotient of ours and Spin's: what it is, or where one of them did not end, what it is less or more than. */
export interface Ratio {
  readonly value: number;
  readonly is: "exactly" | "less" | "more";
}

/** Our states per second by Spin's; of states per second there is always something to say. */
export const rateRatio = (ours: Measurement, spin: Measurement): Ratio | null =>
  ours.seconds > 0 && spin.seconds > 0 && spin.states > 0
    ? { value: rateOf(ours) / rateOf(spin), is: "exactly" }
    : null;

/** Our time by Spin's. Where one was stopped it would have taken longer; where both were, nothing is known. */
export const timeRatio = (ours: Measurement, spin: Measurement): Ratio | null => {
  if (spin.seconds <= 0) return null;
  const value = ours.seconds / spin.seconds;
  if (ours.ended === "complete") return { value, is: spin.ended === "complete" ? "exactly" : "less" };
  return spin.ended === "complete" ? { value, is: "more" } : null;
};

/** Whether both have counted the same space; Spin counts the step into the initial state as well. */
export const agree = (ours: Measurement, spin: Measurement): boolean =>
  ours.states === spin.states && ours.transitions === spin.transitions - 1;
