/**
 * Excursions: seeded random ways from the start to where they come to rest, for what can be learnt on them. What happens late
 * is seen there before a sweep comes to it, so that sweeps that leave out orders seldom have to be done again.
 */
import seedrandom from "seedrandom";
import { mostBlocks } from "../engine/blocks.ts";
import type { Edge } from "../engine/product.ts";
import type { ExcursionPlan, Space } from "./space.ts";

/** A large sweep would cost more to do again. */
const usual: ExcursionPlan = { few: 8, many: 96, large: 1 << 13 };

/** After so many on which nobody could do anything new, and no observer made anything new of it, more are not worth while. */
const mostVain = 16;

/** What never comes to rest must come to an end all the same. */
const longest = 2000;

const yieldEvery = 8;

export class Excursions {
  private made = 0;
  /** How many have taught nothing since one did. */
  private vain = 0;
  private readonly edges: Edge[] = [];
  private readonly vector = new Int32Array(mostBlocks);

  /** `before`: the first so many are left out, where somebody has been on them for something else; others teach more. */
  constructor(
    private readonly space: Space,
    private readonly before = 0,
    private readonly plan = usual,
  ) {}

  /** Makes as many of them, or as many more, as a sweep of so many states is worth. */
  *makingFor(states: number): Generator<undefined, void, unknown> {
    const { few, many, large } = this.plan;
    yield* this.making(states < large ? few : many);
  }

  /** Makes more of them, up to so many in all, and yields now and then. */
  *making(most: number): Generator<undefined, void, unknown> {
    const { product } = this.space;
    while (this.made < most && this.vain < mostVain) {
      const { learnt } = product;
      yield* this.makingOne(seedrandom(`excursion ${this.before + ++this.made}`));
      this.vain = product.learnt === learnt ? this.vain + 1 : 0;
    }
  }

  private *makingOne(random: () => number): Generator<undefined, void, unknown> {
    const { space, edges, vector } = this;
    vector.fill(0);
    vector.set(space.start);
    for (let steps = 0; steps < longest; steps++) {
      if (steps % yieldEvery === 0) yield;
      space.edgesOf(vector, edges);
      for (const process of space.product.processesIn(vector)) space.movers?.at(process, vector);
      const edge = edges[Math.floor(random() * edges.length)];
      if (edge === undefined) break;
      space.take(edge, edge.note === null ? null : edge.note.at(vector), vector);
    }
  }
}
