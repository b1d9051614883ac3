/** Which scheduler a simulation has. */
import type { Setting } from "../model/index.ts";
import { PctScheduler, RandomScheduler, type Scheduler } from "../sim/index.ts";

export interface SchedulerOptions {
  readonly scheduler: "random" | "pct";
  /** For `pct`: the number of ordering constraints looked for. */
  readonly depth: number;
}

/** About how many steps a run of this size takes: what PCT spreads its change points over. */
const expectedSteps = ({ bounds }: Setting): number =>
  Math.max(100, 30 * (bounds.clients + bounds.strangers) * (1 + bounds.messages * bounds.segments));

export const schedulerFor = (
  setting: Setting,
  { seed, scheduler, depth }: SchedulerOptions & { readonly seed: string },
): Scheduler =>
  scheduler === "pct"
    ? new PctScheduler(setting, seed, depth, expectedSteps(setting))
    : new RandomScheduler(setting, seed);

/** `random`, or `pct, depth 3` */
export const describeScheduler = ({ scheduler, depth }: SchedulerOptions): string =>
  scheduler === "pct" ? `pct, depth ${depth}` : "random";
