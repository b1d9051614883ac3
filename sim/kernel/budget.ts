/** How many faults of each kind may still happen. */
import type { FaultName } from "../../model/index.ts";
import { budgetCell } from "./cells.ts";
import type { Kernel } from "./kernel.ts";

export const hasBudget = (kernel: Kernel, fault: FaultName): boolean =>
  (kernel.cells.get(budgetCell)?.[fault] ?? 0) > 0;

export const spendBudget = (kernel: Kernel, fault: FaultName): void => {
  const budget = kernel.cells.get(budgetCell) ?? {};
  const left = Object.entries({ ...budget, [fault]: (budget[fault] ?? 0) - 1 }).filter(
    ([, times]) => times > 0,
  );
  kernel.cells.set(budgetCell, left.length === 0 ? null : Object.fromEntries(left));
};
