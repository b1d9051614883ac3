/**
 * Steps that touch the same column and commute all the same: readers that take or leave a shared lock, a step that reads on
 * while its signal is raised but blocked, a writer that lets go of a lock for which others can only wait. Found by trying
 * on the plain code, for every value that the column can come to have meanwhile.
 */
import type { PropertyId } from "../../model/index.ts";
import type { Act, Response } from "./act.ts";

/** More values than that are not gone through. */
const mostValues = 256;

const labels = (response: Response): string =>
  response
    .map(({ label }) => label)
    .sort()
    .join("\n");

/**
 * Whether one act can as well come before whatever others may do to the column before it: they have done `theirs` wherever
 * they were seen to. What they were seen to do *after* it is tried on the value that was there before.
 */
export const commutes = (act: Act, theirs: readonly Act[], known: ReadonlySet<PropertyId>): boolean => {
  const first = act.respond(act.value, known);
  if (first?.length !== 1) return false;
  /** The column's value after the act, where it does what it did; null where it does something else. */
  const afterAct = (value: number): number | null => {
    const response = act.respond(value, known);
    return response?.length === 1 && response[0]!.label === first[0]!.label ? response[0]!.after : null;
  };
  const values = new Set([act.value]);
  // A set grows while it is gone through, and what is added is gone through as well.
  for (const before of values) {
    const after = afterAct(before);
    if (after === null || values.size > mostValues) return false;
    for (const their of theirs) {
      if (their.isReader && their.value !== after) continue;
      const [sooner, later] = [their.respond(before, known), their.respond(after, known)];
      if (sooner === null || later === null) return false;
      if (sooner.length === 0) continue; // they can only wait for it
      if (labels(sooner) !== labels(later)) return false;
      for (const { label, after: between } of sooner) {
        const end = afterAct(between);
        if (end === null || !later.some((one) => one.label === label && one.after === end)) return false;
        values.add(between);
      }
    }
  }
  return true;
};
