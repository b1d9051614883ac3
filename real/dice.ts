/** Chance, from a seed: the same throws for the same seed. */
import seedrandom from "seedrandom";

export class Dice {
  private readonly random: () => number;
  constructor(seed: string) {
    this.random = seedrandom(seed);
  }
  /** A whole number from 0 to below the limit. */
  below(limit: number): number {
    return Math.floor(this.random() * limit);
  }
  chance(probability: number): boolean {
    return this.random() < probability;
  }
  pick<T>(values: readonly T[]): T {
    return values[this.below(values.length)] as T;
  }
}
