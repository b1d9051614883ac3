/** A wish: a call as it is drawn, before it is known what the process has. */
import type { Template } from "../../model/index.ts";
import type { Mood, Place } from "./place.ts";

/** The call that is made at a place; null where it would make no sense there. */
export type Wish = (place: Place, mood: Mood) => Template | null;

/** One of some values, counted round. */
export const nth = <T>(values: readonly T[], at: number): T | undefined =>
  values[at % Math.max(1, values.length)];
