/**
 * Movers: steps that may be taken at once, because nothing that others can do before has to do with them (Lipton's movers;
 * partial-order reduction). Whoever has moved goes on as long as its next step is one, and no state between is kept.
 *
 * A step is one where each column that it touches is touched by nobody else; or only under a lock that keeps the others
 * out as long as the process does not move; or where both orders have been tried and make no difference. The observers are
 * part of a step, so whatever a property can see counts.
 *
 * What others may touch is judged by what they were seen to touch. That is settled from time to time, so that no judgement
 * hangs on the order in which things are learnt; and whoever has relied on judgements is told then whether they still hold.
 *
 * Why what was seen is enough: take the first step, after the fewest others, that has to do with one taken at once before it. All
 * others commute with that one; so a state is searched in which the same is about to happen with the step taken already. There,
 * whoever does it reads the same values up to the first column that the step has touched; so it was seen to touch that column.
 */
import { type PropertyId, roleOf } from "../../model/index.ts";
import { Act } from "./act.ts";
import { mostBlocks } from "./blocks.ts";
import { commutes } from "./commutation.ts";
import { type Held, LockBits, nothingHeld, showHeld } from "./held.ts";
import { type Outlook, Outlooks } from "./outlook.ts";
import type { Product } from "./product.ts";
import { type Side, Sides } from "./sides.ts";
import { Sightings } from "./sightings.ts";
import type { Symmetry } from "./symmetry.ts";

/** Outlooks that are judged alike. */
interface Case {
  readonly process: number;
  readonly sides: readonly Side[];
  readonly vector: Int32Array;
  readonly held: Held;
  /** What it does to columns on account of which others are in the way. */
  readonly acts: Map<string, Act>;
}

/** A column on account of which others are in the way of a side. */
interface Obstacle {
  readonly column: number;
  readonly side: Side;
  readonly rivals: readonly number[];
}

export class Movers {
  private readonly locks = new LockBits();
  private readonly sides: Sides;
  private readonly sightings: Sightings;
  private readonly outlooks: Outlooks;
  private isLearning = true;
  /** What was learnt since it was settled last. */
  private fresh: Outlook[] = [];
  private settled = "";
  private shown: ReadonlySet<PropertyId> = new Set();
  private readonly cases = new Map<string, Case>();
  private readonly verdicts = new Map<Case, boolean>();
  private readonly relied = new Set<Case>();
  /** What is not tried any more. */
  private readonly hopeless = new Set<string>();

  constructor(
    private readonly product: Product,
    private readonly symmetry: Symmetry | null,
    hasFaults: boolean,
  ) {
    this.sides = new Sides(product);
    this.sightings = new Sightings(product, this.sides, this.locks);
    this.outlooks = new Outlooks(
      ...([product, this.sides, this.locks, hasFaults] as const),
      (column) => this.isLearning || this.sightings.isGuarded(column),
      (outlook) => this.fresh.push(outlook),
    );
  }

  /** Properties that were shown on the way. */
  get shownProperties(): ReadonlySet<PropertyId> {
    return this.shown;
  }

  /** What a process can do next in a state; whatever is new is learnt. */
  at(process: number, vector: Int32Array): Outlook {
    return this.outlooks.at(process, vector);
  }

  /** Whether what a process does next can be done at once, judged by what is settled. */
  canGoOn(outlook: Outlook): boolean {
    outlook.isMover ??= this.isMover(outlook);
    return outlook.isMover;
  }

  /** Takes what was learnt into account. Returns whether everything that was said before still holds. */
  settle(): boolean {
    const { fresh, sightings } = this;
    // What is seen of one client is as good as seen of its likes. More is looked at on the way, and registered as well.
    for (const outlook of fresh) if (sightings.register(outlook)) this.lookAtLikes(outlook);
    this.fresh = [];
    sightings.update();
    if (sightings.state === this.settled) return true;
    this.settled = sightings.state;
    this.shown = new Set(sightings.shown);
    this.verdicts.clear();
    const mistaken = [...this.relied].filter((one) => !this.judge(one));
    for (const one of mistaken) this.giveUp(one);
    return mistaken.length === 0;
  }

  /** Forgets what was judged, but nothing of what was seen. */
  begin(): void {
    this.settle();
    this.isLearning = false;
    this.sightings.settleGuards();
    this.outlooks.forget();
    this.relied.clear();
    this.verdicts.clear();
  }

  private lookAtLikes({ process, vector }: Outlook): void {
    const { symmetry, product } = this;
    if (symmetry === null) return;
    const whole = new Int32Array(mostBlocks);
    whole.set(vector);
    for (const [at, permutation] of symmetry.permutations.entries()) {
      const image = new Int32Array(mostBlocks);
      permutation.apply(whole, image);
      const other = symmetry.processUnder(at + 1, process);
      product.processesIn(image);
      this.at(other, image);
    }
  }

  private isMover(outlook: Outlook): boolean {
    if (outlook.moves.edges.length !== 1 || outlook.isInDanger) return false;
    const one = this.caseOf(outlook);
    const isOne = this.judge(one);
    if (isOne) this.relied.add(one);
    return isOne;
  }

  private caseOf({ process, sides, vector, held }: Outlook): Case {
    const key = `${process} ${sides.map((side) => this.sides.kindOf(side, vector))} ${showHeld(held)}`;
    const known = this.cases.get(key);
    if (known !== undefined) return known;
    const fresh = { process, sides, vector, held: held ?? nothingHeld, acts: new Map() };
    this.cases.set(key, fresh);
    return fresh;
  }

  private judge(one: Case): boolean {
    const known = this.verdicts.get(one);
    if (known !== undefined) return known;
    const obstacles = this.obstaclesTo(one);
    const isMover =
      !this.areEntangled(one, obstacles) && obstacles.every((obstacle) => this.isHarmless(one, obstacle));
    this.verdicts.set(one, isMover);
    return isMover;
  }

  private obstaclesTo({ process, sides, vector, held }: Case): readonly Obstacle[] {
    return sides.flatMap((side) => {
      const { columns, writes } = this.sides.accessOf(side, vector);
      return columns.flatMap((column) => {
        const rivals = this.sightings.rivals(column, process, writes.includes(column), held);
        return rivals.length === 0 ? [] : [{ column, side, rivals }];
      });
    });
  }

  /** Whether somebody is in the way with one step on account of two columns: that would have to be tried on both at once. */
  private areEntangled({ process }: Case, obstacles: readonly Obstacle[]): boolean {
    return obstacles.some(({ column, rivals }, at) =>
      obstacles.slice(at + 1).some((other) => {
        const common = rivals.filter((rival) => other.rivals.includes(rival));
        if (common.length === 0) return false;
        if (column === other.column) return true;
        return this.sightings
          .deedsOf(common, column, process)
          .some(({ columns }) => columns.has(other.column));
      }),
    );
  }

  /** Whether it makes no difference in which order they come. */
  private isHarmless(one: Case, { column, side, rivals }: Obstacle): boolean {
    if (this.hopeless.has(this.trialOf(one, column))) return false;
    const key = `${side.of} ${column}`;
    const act = one.acts.get(key) ?? new Act(this.product, column, side, one.vector);
    one.acts.set(key, act);
    const deeds = this.sightings.deedsOf(rivals, column, one.process);
    return commutes(
      act,
      deeds.map((deed) => deed.act),
      this.shown,
    );
  }

  /** What commuted only until more was seen is not tried again: the next time, something else would turn up. */
  private giveUp(one: Case): void {
    for (const obstacle of this.obstaclesTo(one))
      if (!this.isHarmless(one, obstacle)) this.hopeless.add(this.trialOf(one, obstacle.column));
  }

  private trialOf({ process }: Case, column: number): string {
    return `${column} ${roleOf(this.product.nameOf(process))}`;
  }
}
