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
 * Why what was seen is enough: take the first step, after the fewest others, that has to do with one taken at once before it, or with
 * what the process did at once behind that one. All others commute with these; so a state is searched in which the same is
 * about to happen with all of them done already. There, whoever does it reads the same values up to the first column that they
 * have touched; so it was seen to touch that column. If that was tried, it was with the values before; and each side of it touches one
 * such column at most.
 */
import { type PropertyId, roleOf } from "../../model/index.ts";
import { Act } from "./act.ts";
import { mostBlocks } from "./blocks.ts";
import { Rivalry } from "./commutation.ts";
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
  /** Whether the side changes it. */
  readonly isWrite: boolean;
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
  private readonly judgements = new Map<string, boolean>();
  private readonly rivalries = new Map<string, Rivalry>();
  private readonly relied = new Set<Case>();
  /** Those whose trials are kept, with what is known. */
  private readonly kept = new Set<Case>();
  /** For each process and column that was settled to be tried, those with whom. */
  private readonly tried = new Map<string, Set<number>>();
  /** Processes and columns that they were settled to change at once. */
  private readonly changed = new Set<string>();
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
    for (const one of this.relied) this.keepTrials(one);
    const tried = [...this.tried.values()].reduce((sum, { size }) => sum + size, this.changed.size);
    const state = `${sightings.state} ${tried}`;
    if (state === this.settled) return true;
    this.settled = state;
    this.shown = new Set(sightings.shown);
    this.forget();
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
    this.forget();
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
    const isMover = obstacles.every((obstacle) => this.isHarmless(one, obstacle, obstacles));
    this.verdicts.set(one, isMover);
    return isMover;
  }

  /** Keeps what a process changes at once, and with whom it was tried; and its likes. */
  private keepTrials(one: Case): void {
    if (this.kept.has(one)) return;
    this.kept.add(one);
    const { process, sides, vector } = one;
    const writes = sides.flatMap((side) => this.sides.accessOf(side, vector).writes);
    const obstacles = this.obstaclesTo(one);
    const keep = (under: (process: number) => number, image: (column: number) => number): void => {
      for (const column of writes) this.changed.add(`${under(process)} ${image(column)}`);
      for (const { column, rivals } of obstacles) {
        const key = `${under(process)} ${image(column)}`;
        this.tried.set(key, new Set([...(this.tried.get(key) ?? []), ...rivals.map(under)]));
      }
    };
    keep(
      (same) => same,
      (same) => same,
    );
    for (const [at, permutation] of (this.symmetry?.permutations ?? []).entries())
      keep(
        (other) => this.symmetry!.processUnder(at + 1, other),
        (column) => permutation.pair(column, 0)[0],
      );
  }

  private obstaclesTo({ process, sides, vector, held }: Case): readonly Obstacle[] {
    return sides.flatMap((side) => {
      const { columns, writes } = this.sides.accessOf(side, vector);
      return columns.flatMap((column) => {
        const isWrite = writes.includes(column);
        const rivals = this.sightings.rivals(column, process, isWrite, held);
        return rivals.length === 0 ? [] : [{ column, side, isWrite, rivals }];
      });
    });
  }

  /**
   * Whether one side of somebody's step may be in the way of what a process does on account of two columns: that would have to be
   * tried on both at once. It goes on after this step, perhaps; so what else it was tried on counts as well.
   */
  private isEntangled(
    { process }: Case,
    { column, rivals }: Obstacle,
    obstacles: readonly Obstacle[],
  ): boolean {
    const others = obstacles.filter((one) => one.column !== column);
    const isTried = (rival: number, other: number): boolean =>
      other !== column &&
      ((this.tried.get(`${process} ${other}`)?.has(rival) ?? false) ||
        others.some((one) => one.column === other && one.rivals.includes(rival)));
    const key = `entangled ${process} ${column} ${rivals} ${others.map((one) => `${one.column}:${one.rivals}`)}`;
    return this.remembered(
      key,
      () =>
        others.length < obstacles.length - 1 ||
        this.sightings
          .deedsOf(rivals, column, process)
          .some((deed) => [...deed.columns].some((other) => isTried(deed.process, other))),
    );
  }

  /** Whether it makes no difference in which order they come. */
  private isHarmless(one: Case, obstacle: Obstacle, obstacles: readonly Obstacle[]): boolean {
    const { process, vector } = one;
    const { column, side, rivals } = obstacle;
    if (this.hopeless.has(this.trialOf(one, column)) || this.isEntangled(one, obstacle, obstacles))
      return false;
    return this.remembered(`${process} ${column} ${rivals} ${this.sides.kindOf(side, vector)}`, () => {
      const act = one.acts.get(`${side.of} ${column}`) ?? new Act(this.product, column, side, vector);
      one.acts.set(`${side.of} ${column}`, act);
      const isChanged = obstacle.isWrite || this.changed.has(`${process} ${column}`);
      return this.rivalryOf(rivals, column, process).commutesWith(act, isChanged);
    });
  }

  private rivalryOf(rivals: readonly number[], column: number, process: number): Rivalry {
    const key = `${process} ${column} ${rivals}`;
    const known = this.rivalries.get(key);
    if (known !== undefined) return known;
    const theirs = this.sightings.deedsOf(rivals, column, process).map((deed) => deed.act);
    const fresh = new Rivalry(theirs, this.shown);
    this.rivalries.set(key, fresh);
    return fresh;
  }

  /** What holds as long as nothing new is known. */
  private remembered(key: string, judge: () => boolean): boolean {
    const known = this.judgements.get(key);
    if (known !== undefined) return known;
    const found = judge();
    this.judgements.set(key, found);
    return found;
  }

  private forget(): void {
    this.verdicts.clear();
    this.judgements.clear();
    this.rivalries.clear();
    this.kept.clear();
  }

  /** What commuted only until more was seen is not tried again: the next time, something else would turn up. */
  private giveUp(one: Case): void {
    const obstacles = this.obstaclesTo(one);
    for (const obstacle of obstacles)
      if (!this.isHarmless(one, obstacle, obstacles)) this.hopeless.add(this.trialOf(one, obstacle.column));
  }

  private trialOf({ process }: Case, column: number): string {
    return `${column} ${roleOf(this.product.nameOf(process))}`;
  }
}
