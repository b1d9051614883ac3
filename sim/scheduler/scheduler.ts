/** A strategy that decides what happens next in a simulation. */
import seedrandom from "seedrandom";
import type { Simulation, Turn } from "../simulation.ts";

export interface Scheduler {
  /** The next transition; null where nothing but faults can happen and the strategy wants none. */
  next(simulation: Simulation): Turn | null;
}

/** The only source of randomness: numbers from 0 (included) to 1 (excluded), the same for the same seed. */
export type Random = () => number;

/** The same, seeded when it is asked for the first time: that takes as long as some steps of a run, and most have no faults. */
export const seededLate = (seed: string): Random => {
  let random: Random | null = null;
  return () => {
    random ??= seedrandom(seed) as Random;
    return random();
  };
};

/** A number below another one. */
export const below = (random: Random, count: number): number => Math.floor(random() * count);

export const pick = <T>(random: Random, values: readonly T[]): T | undefined =>
  values[below(random, values.length)];
