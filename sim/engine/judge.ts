/** Judges whether a step can be taken at once, by what was seen of all others; `movers.ts` says when, and why that is enough. */
import { type LocalState, roleOf } from "../../model/index.ts";
import { lockCell, rosterCell } from "../kernel/index.ts";
import type { Acts } from "./act.ts";
import { Rivalry } from "./commutation.ts";
import { type Held, isHeldIn, nothingHeld } from "./held.ts";
import type { Product } from "./product.ts";
import type { Side, Sides } from "./sides.ts";
import type { Sightings } from "./sightings.ts";
import type { Symmetry } from "./symmetry.ts";

/** Outlooks that are judged alike. */
export interface Case {
  readonly process: number;
  readonly sides: readonly Side[];
  readonly vector: Int32Array;
  readonly held: Held;
}

/** A column on account of which others are in the way of a side. */
interface Obstacle {
  readonly column: number;
  readonly side: Side;
  /** Whether the side changes it. */
  readonly isWrite: boolean;
  readonly rivals: readonly number[];
}

export class Judge {
  private readonly verdicts = new Map<Case, boolean>();
  private readonly judgements = new Map<string, boolean>();
  private readonly rivalries = new Map<string, Rivalry>();
  /** Cases whose trials are kept, with what is known. */
  private readonly kept = new Set<Case>();
  /** For each process and column that was settled to be tried, those with whom. */
  private readonly tried = new Map<string, Set<number>>();
  /** Columns that were settled to be changed at once, by whomever: nobody need be seen with the value before. */
  private readonly changed = new Set<number>();
  /** What is not tried any more. */
  private readonly hopeless = new Set<string>();

  constructor(
    private readonly product: Product,
    private readonly symmetry: Symmetry | null,
    private readonly sides: Sides,
    private readonly acts: Acts,
    private readonly sightings: Sightings,
  ) {}

  /** Equal for equal trials that are kept. */
  get state(): string {
    return [...this.tried.values()].reduce((sum, { size }) => sum + size, this.changed.size).toString();
  }

  /** Whether what is done in a case can be done at once. */
  isMover(one: Case): boolean {
    const known = this.verdicts.get(one);
    if (known !== undefined) return known;
    const obstacles = this.obstaclesTo(one);
    const isMover =
      !this.changesRoster(one) &&
      obstacles.every((obstacle) => this.isHarmless(one, obstacle, obstacles)) &&
      one.sides.every((side) => this.isHarmlessTogether(one, side, obstacles)) &&
      this.isSafelyHeld(one, obstacles);
    this.verdicts.set(one, isMover);
    return isMover;
  }

  /** Whoever ends at once would not exist any more where others are seen to touch the same. */
  private changesRoster({ sides, vector }: Case): boolean {
    const roster = this.product.blocks.columnOf(rosterCell.name);
    return sides.some((side) => this.sides.accessOf(side, vector).writes.includes(roster));
  }

  /** Keeps what a process changes at once, and with whom it was tried; and its likes. */
  keep(one: Case): void {
    if (this.kept.has(one)) return;
    this.kept.add(one);
    const { process, sides, vector } = one;
    const writes = sides.flatMap((side) => this.sides.accessOf(side, vector).writes);
    const obstacles = this.obstaclesTo(one);
    const keep = (under: (process: number) => number, image: (column: number) => number): void => {
      for (const column of writes) this.changed.add(image(column));
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

  /** Whether nobody else can take away the locks that keep others out, if any do: a lock of a protocol's own may allow that. */
  private isSafelyHeld(one: Case, obstacles: readonly Obstacle[]): boolean {
    const { process, vector, held } = one;
    const rivalsIn = (all: readonly Obstacle[]) => all.reduce((sum, { rivals }) => sum + rivals.length, 0);
    if (rivalsIn(this.obstaclesTo({ ...one, held: nothingHeld })) === rivalsIn(obstacles)) return true;
    const { blocks } = this.product;
    return held.alone.holds.every((hold) => {
      const column = blocks.columnOf(lockCell(hold.path).name);
      const value = blocks.numberAt(vector, column);
      return this.remembered(`held ${process} ${column} ${value} ${hold.by} ${hold.mode}`, () => {
        const others = this.sightings.touchers(column, process);
        const values = this.rivalryOf(others, column, process).valuesFrom(value);
        return (
          values !== null &&
          [...values].every((one) => isHeldIn(blocks.columns.valueOf(column, one) as LocalState | null, hold))
        );
      });
    });
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
    // Cases that are judged alike could differ in what the column is.
    if (!this.sides.tells(side, column)) return false;
    return this.remembered(`${process} ${column} ${rivals} ${this.sides.kindOf(side, vector)}`, () => {
      const act = this.acts.of(column, side, vector);
      const isChanged = obstacle.isWrite || this.changed.has(column);
      return this.rivalryOf(rivals, column, process).commutesWith(act, isChanged);
    });
  }

  /** Whether a side that others are in the way of on account of several columns does with all of them what it does with each. */
  private isHarmlessTogether(one: Case, side: Side, all: readonly Obstacle[]): boolean {
    const { process, vector } = one;
    const obstacles = all.filter((obstacle) => obstacle.side === side);
    if (obstacles.length < 2) return true;
    const which = obstacles.map(({ column, rivals }) => `${column}:${rivals}`);
    return this.remembered(
      `together ${process} ${which.join(" ")} ${this.sides.kindOf(side, vector)}`,
      () => {
        const values = obstacles.map(({ column, rivals, isWrite }) => {
          const isChanged = isWrite || this.changed.has(column);
          const act = this.acts.of(column, side, vector);
          return this.rivalryOf(rivals, column, process).valuesBefore(act, isChanged) ?? new Set<number>();
        });
        const columns = obstacles.map(({ column }) => column);
        return this.acts.areApart(columns, values, side, vector, this.sightings.shown);
      },
    );
  }

  private rivalryOf(rivals: readonly number[], column: number, process: number): Rivalry {
    const key = `${process} ${column} ${rivals}`;
    const known = this.rivalries.get(key);
    if (known !== undefined) return known;
    const theirs = this.sightings.deedsOf(rivals, column, process).map((deed) => deed.act);
    const fresh = new Rivalry(theirs, this.sightings.shown);
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

  forget(): void {
    this.verdicts.clear();
    this.judgements.clear();
    this.rivalries.clear();
    this.kept.clear();
  }

  /** What commuted only until more was seen is not tried again: the next time, something else would turn up. */
  giveUp(one: Case): void {
    const obstacles = this.obstaclesTo(one);
    for (const obstacle of obstacles)
      if (
        !this.isHarmless(one, obstacle, obstacles) ||
        !this.isHarmlessTogether(one, obstacle.side, obstacles)
      )
        this.hopeless.add(this.trialOf(one, obstacle.column));
  }

  private trialOf({ process }: Case, column: number): string {
    return `${column} ${roleOf(this.product.nameOf(process))}`;
  }
}
