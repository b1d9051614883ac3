/** When it is judged again what a sweep relies on that leaves out orders, and how. */
import type { Excursions } from "../checker/excursions.ts";
import type { Movers } from "../engine/movers.ts";

/** It is judged after the layer with which there are so many states more. */
const most = 1 << 14;

export class Settling {
  /** So many states there were when it was judged last. */
  private judgedAt = 1;

  constructor(
    private readonly movers: Movers,
    /** On which a large sweep has a further look at what happens late. */
    private readonly excursions: Excursions | null,
  ) {}

  /** Whether there are twice as many states as when it was judged last, or many more. */
  isDue(states: number): boolean {
    return states - this.judgedAt >= Math.min(this.judgedAt, most);
  }

  /**
   * Takes everything that was learnt into account. False where an order makes a difference that was left out. There is no need to
   * look ahead after the last layer.
   */
  *settle(states: number, isLast: boolean): Generator<undefined, boolean, unknown> {
    this.judgedAt = states;
    if (this.excursions !== null && !isLast) yield* this.excursions.makingFor(states);
    return yield* this.movers.settling();
  }
}
