/**
 * How situations, and the decisions that lead to them, stand in integers.
 *
 * - a situation: how many of its edges are calls; how many edges; for each edge the number of the part afterwards, a tag that
 *   tells whose it is and whether it may be taken at once (`movers.ts`), how many other parts change, and for each of these its
 *   number and that of the effect on it
 * - a decision: -1 less the part that decides; the column's number among those looked up; how many values have a place;
 *   for each value where to go on, or 0. Where there are many values, none has a place, and `branches` tells where to go on
 */

/** Where a situation's first two integers stand in it. */
export const [calls, edges] = [0, 1];

/** The tag of an edge that its process may take at once; less one, that of its other edges. */
export const moverTag = (process: number): number => 2 * process + 1;

/** A process that never stops to do what concerns nobody must not keep a sweep for ever. */
export const longestChain = 32;

/** Where the edge stands that the process of another edge may take at once after that one, or 0. */
export const moverAfter = (code: Int32Array, tag: number, situation: number): number => {
  const wanted = tag | 1;
  let edge = situation + 2;
  for (let left = code[situation]!; left > 0; left--) {
    if (code[edge + 1] === wanted) return edge;
    edge += 3 + 2 * code[edge + 2]!;
  }
  return 0;
};
