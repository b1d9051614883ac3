/** Judges whether a step can be taken at once, by what was seen of all others; `movers.ts` says when, and why that is enough. */
import { type LocalState, roleOf } from "../../model/index.ts";
import { lockCell, rosterCell } from "../kernel/index.ts";
import type { Acts, Changes } from "./act.ts";
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
  /** The same for each column, by whomever; and from what to what it is changed. */
  private readonly triedByAny = new Map<number, Set<number>>();
  private readonly changes = new Map<number, Map<string, readonly [number, number]>>();
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
    const all = [...this.tried.values(), ...this.triedByAny.values(), ...this.changes.values()];
    return all.reduce((sum, { size }) => sum + size, this.changed.size).toString();
  }

  /** Whether what is done in a case can be done at once. */
  isMover(one: Case): boolean {
    const known = this.verdicts.get(one);
    if (known !== undefined) return known;
    const obstacles = this.obstaclesTo(one);
    const isMover =
      !this.changesRoster(one) &&
      obstacles.every((obstacle) => this.isHarmless(one, obstacle, obstacles)) &&
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
    const obstacles = this.obstaclesTo(one).map((obstacle) => ({
      ...obstacle,
      changes: this.changesAt(one, obstacle),
    }));
    const keep = (
      under: (process: number) => number,
      image: (column: number, value: number) => readonly [number, number],
    ): void => {
      for (const column of writes) this.changed.add(image(column, 0)[0]);
      for (const obstacle of obstacles) {
        const whom = obstacle.rivals.map(under);
        const [column] = image(obstacle.column, 0);
        const key = `${under(process)} ${column}`;
        this.tried.set(key, new Set([...(this.tried.get(key) ?? []), ...whom]));
        this.triedByAny.set(column, new Set([...(this.triedByAny.get(column) ?? []), ...whom]));
        const changes = this.changes.get(column) ?? new Map<string, readonly [number, number]>();
        this.changes.set(column, changes);
        for (const pair of obstacle.changes) {
          const [before, after] = pair.map((value) => image(obstacle.column, value)[1]) as [number, number];
          changes.set(`${before} ${after}`, [before, after]);
        }
      }
    };
    keep(
      (same) => same,
      (column, value) => [column, value],
    );
    for (const [at, permutation] of (this.symmetry?.permutations ?? []).entries())
      keep(
        (other) => this.symmetry!.processUnder(at + 1, other),
        (column, value) => permutation.pair(column, value),
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

  private isHarmless(one: Case, obstacle: Obstacle, obstacles: readonly Obstacle[]): boolean {
    return (
      this.isHarmlessAlone(one, obstacle, obstacles) &&
      this.isHarmlessMeanwhile(one, obstacle) &&
      this.isHarmlessTogether(one, obstacle.side, obstacles)
    );
  }

  /** Whether it makes no difference in which order they come, where no other column is changed meanwhile. */
  private isHarmlessAlone(one: Case, obstacle: Obstacle, obstacles: readonly Obstacle[]): boolean {
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

  /** The values that a column can come to have before what is done in a case, and those afterwards. */
  private changesAt({ process, vector }: Case, { column, side, rivals, isWrite }: Obstacle): Changes {
    const act = this.acts.of(column, side, vector);
    return this.rivalryOf(rivals, column, process).changesBy(act, isWrite || this.changed.has(column));
  }

  /**
   * Whether all sides of others do the same with this column whatever other columns are that others change at once meanwhile: where
   * both are changed, by whomever, such a side may have been seen with neither value before.
   */
  private isHarmlessMeanwhile(one: Case, obstacle: Obstacle): boolean {
    const { process } = one;
    const { column, rivals, isWrite } = obstacle;
    if (!isWrite && !this.changed.has(column)) return true;
    const own = this.changesAt(one, obstacle);
    const key = `meanwhile ${process} ${column} ${rivals} ${own.map((pair) => pair.join(">"))}`;
    return this.remembered(key, () =>
      this.sightings.deedsOf(rivals, column, process).every(({ process: rival, columns, side, vector }) => {
        const others = [...columns].filter(
          (other) => other !== column && this.changed.has(other) && this.triedByAny.get(other)?.has(rival),
        );
        if (others.length === 0) return true;
        const all = [column, ...others];
        const changes = all.map((any) => {
          const settled = [...(this.changes.get(any)?.values() ?? [])];
          return any === column ? [...settled, ...own] : settled;
        });
        return this.acts.areApart(all, changes, side, vector, this.sightings.shown);
      }),
    );
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
        const columns = obstacles.map(({ column }) => column);
        // It tells the same whatever comes before it: so every value is taken for changed to its own.
        const changes = obstacles.map((obstacle) => {
          const [first = 0, ...values] = this.changesAt(one, obstacle).map(([before]) => before);
          return [first, ...values].map((value) => [first, value] as const);
        });
        return this.acts.areApart(columns, changes, side, vector, this.sightings.shown);
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
      if (!this.isHarmless(one, obstacle, obstacles)) this.hopeless.add(this.trialOf(one, obstacle.column));
  }

  private trialOf({ process }: Case, column: number): string {
    return `${column} ${roleOf(this.product.nameOf(process))}`;
  }
}
