/** Fault plans: how often each fault of the environment may happen. */
import fc from "fast-check";
import { type Budget, type FaultName, faultNames } from "../../model/index.ts";

/** A budget over some faults, each at most twice; one that is left out does not happen. */
export const faultPlan = (names: readonly FaultName[] = faultNames): fc.Arbitrary<Budget> => {
  const some = (most: number) => fc.subarray([...names], { maxLength: Math.min(most, names.length) });
  return fc
    .tuple(some(3), some(1))
    .map(
      ([once, again]): Budget =>
        Object.fromEntries(
          [...once, ...again].map((name) => [name, once.includes(name) && again.includes(name) ? 2 : 1]),
        ),
    );
};
