/** Who does a round of work: the thread that learns alone, or others beside it. */
import { Expander } from "./expander.ts";
import { sharedInts } from "./pairs.ts";
import type { Harvest, Round } from "./tables.ts";

/** Integers for the new states that one worker can bring back from a round. */
const foundInts = 1 << 19;

/** Rows that a round has at most. */
export const mostRows = 1 << 16;

/** Memory for what one worker brings back. */
export const emptyHarvest = (): Harvest => ({
  found: sharedInts(foundInts),
  unknown: sharedInts(mostRows),
  quiescent: sharedInts(mostRows),
  counts: sharedInts(8),
});

/** Does rounds of work. */
export interface Crew {
  readonly workers: number;
  /** Works until no row is left, or no room; returns what each worker brings back, valid until the next round. */
  work(round: Round): readonly Harvest[];
}

/** Nobody but the thread that asks. */
export const alone = (): Crew => {
  const harvest = emptyHarvest();
  return {
    workers: 1,
    work: (round) => {
      new Expander(round.tables, harvest, true).run(round);
      return [harvest];
    },
  };
};
