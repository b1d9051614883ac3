/**
 * Steps that touch the same column and commute all the same: readers that take or leave a shared lock, a step that reads on
 * while its signal is raised but blocked, a writer that lets go of a lock for which others can only wait. Found by trying
 * on the plain code, for every value that the column can come to have meanwhile.
 */
import type { PropertyId } from "../../model/index.ts";
import type { Act, Response } from "./act.ts";

/** More values than that are not gone through. */
const mostValues = 256;

const areAlike = (one: Response, other: Response): boolean =>
  one.length === other.length &&
  (one.length === 1 ? one[0]!.label === other[0]!.label : labels(one) === labels(other));

const labels = (response: Response): string =>
  response
    .map(({ label }) => label)
    .sort()
    .join("\n");

/** Pairs of values that come of two others in one step; null where the step hangs on which of the two there is. */
type Steps = readonly (readonly [number, number])[] | null;

/** What some processes were seen to do to a column. */
export class Rivalry {
  private readonly steps = new Map<string, Steps>();

  constructor(
    private readonly theirs: readonly Act[],
    private readonly known: ReadonlySet<PropertyId>,
  ) {}

  /**
   * Whether one act can as well come before whatever they may do to the column before it. Where somebody changes the column
   * at once (`isChanged`), they were seen with values that it had afterwards; so whatever they were seen to do is tried with
   * every value that the column can come to have before. Otherwise they were seen with just the value that it has before.
   */
  commutesWith(act: Act, isChanged: boolean): boolean {
    return this.valuesBefore(act, isChanged) !== null;
  }

  /** The values that the column can come to have before the act; null where they do not commute. */
  valuesBefore(act: Act, isChanged: boolean): ReadonlySet<number> | null {
    const first = act.respond(act.value, this.known);
    if (first?.length !== 1) return null;
    /** The column's value after the act, where it does what it did; null where it does something else. */
    const afterAct = (value: number): number | null => {
      const response = act.respond(value, this.known);
      return response?.length === 1 && response[0]!.label === first[0]!.label ? response[0]!.after : null;
    };
    const values = new Set([act.value]);
    // A set grows while it is gone through, and what is added is gone through as well.
    for (const before of values) {
      const after = afterAct(before);
      if (after === null || values.size > mostValues) return null;
      const steps = this.stepsFrom(before, after, isChanged);
      if (steps === null) return null;
      for (const [between, end] of steps) {
        if (afterAct(between) !== end) return null;
        values.add(between);
      }
    }
    return values;
  }

  /** The values that the column can come to have before the act, each with the one after it. */
  changesBy(act: Act, isChanged: boolean): readonly (readonly [number, number])[] {
    return [...(this.valuesBefore(act, isChanged) ?? [])].map((before) => [
      before,
      act.respond(before, this.known)?.[0]?.after ?? before,
    ]);
  }

  /** The values that they can make of one, itself included; null where that cannot be said. */
  valuesFrom(value: number): ReadonlySet<number> | null {
    const values = new Set([value]);
    for (const before of values)
      for (const their of this.theirs) {
        const response = their.respond(before, this.known);
        if (response === null || values.size > mostValues) return null;
        for (const { after } of response) values.add(after);
      }
    return values;
  }

  /** What they make of the values that the column has without the act, and with it. */
  private stepsFrom(before: number, after: number, isChanged: boolean): Steps {
    const key = `${before} ${after} ${isChanged}`;
    const known = this.steps.get(key);
    if (known !== undefined) return known;
    const found = this.try(before, after, isChanged);
    this.steps.set(key, found);
    return found;
  }

  private try(before: number, after: number, isChanged: boolean): Steps {
    const pairs = new Map<string, readonly [number, number]>();
    for (const their of this.theirs) {
      if (!isChanged && their.isReader && their.value !== before) continue;
      const sooner = their.respond(before, this.known);
      if (sooner?.length === 0) continue; // they can only wait for it
      const later = their.respond(after, this.known);
      if (sooner === null || later === null || !areAlike(sooner, later)) return null;
      for (const { label, after: between } of sooner)
        for (const one of later)
          if (one.label === label) pairs.set(`${between} ${one.after}`, [between, one.after]);
    }
    return [...pairs.values()];
  }
}
