/** A strategy that decides what happens next in a simulation. */
import type { Edge } from "../knowledge/edge.ts";
import type { Simulation } from "../simulation.ts";

export interface Scheduler {
  /** The next transition; null where nothing but faults can happen and the strategy wants none. */
  next(simulation: Simulation): Edge | null;
}

/** The only source of randomness: numbers from 0 (included) to 1 (excluded), the same for the same seed. */
export type Random = () => number;

export const pick = <T>(random: Random, values: readonly T[]): T | undefined =>
  values[Math.floor(random() * values.length)];
