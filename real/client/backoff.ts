/** How long to wait before the next attempt to connect. */

const first = 250;
const longest = 30_000;

/**
 * Milliseconds before attempt number `attempt` (from 0): twice as long each time, up to half a minute. `chance`, from 0 to
 * 1, takes up to half of it away, so that clients which lost their server together do not come back together.
 */
export const delayBefore = (attempt: number, chance: number): number =>
  Math.round(Math.min(longest, first * 2 ** attempt) * (1 - chance / 2));
