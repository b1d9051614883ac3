/**
 * Excursions: seeded random ways from the start to where they come to rest, for what can be learnt on them. What happens late
 * is seen there before a sweep begins, so that sweeps that leave out orders seldom have to be done again.
 */
import seedrandom from "seedrandom";
import { mostBlocks } from "../engine/blocks.ts";
import type { Edge } from "../engine/product.ts";
import type { Space } from "./space.ts";

export const manyExcursions = 96;

/** What never comes to rest must come to an end all the same. */
const longest = 2000;

/** After so many on which nobody could do anything new, and no observer made anything new of it, more are not worth while. */
const vainExcursions = 16;

const yieldEvery = 8;

/** Makes so many of them at most, and yields now and then. */
export function* makingExcursions(space: Space, most: number): Generator<undefined, void, unknown> {
  const edges: Edge[] = [];
  const vector = new Int32Array(mostBlocks);
  for (let seed = 1, vain = 0; seed <= most && vain < vainExcursions; seed++) {
    const before = space.product.learnt;
    const random = seedrandom(`excursion ${seed}`);
    vector.fill(0);
    vector.set(space.start);
    for (let steps = 0; steps < longest; steps++) {
      if (steps % yieldEvery === 0) yield;
      space.edgesOf(vector, edges);
      for (const process of space.product.processesIn(vector)) space.movers?.watch(process, vector);
      const edge = edges[Math.floor(random() * edges.length)];
      if (edge === undefined) break;
      space.take(edge, edge.note === null ? null : edge.note.at(vector), vector);
    }
    vain = space.product.learnt === before ? vain + 1 : 0;
  }
}
