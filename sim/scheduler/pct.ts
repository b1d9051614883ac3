/**
 * Probabilistic concurrency testing (Burckhardt et al., 2010): every process has a random priority, the highest one that
 * can go on always does, and at `depth - 1` random steps whoever was about to run falls to the bottom. A bug that takes
 * `depth` ordering constraints is found with probability at least 1 / (n · k^(depth-1)).
 */
import seedrandom from "seedrandom";
import type { Setting } from "../../model/index.ts";
import type { Simulation, Turn } from "../simulation.ts";
import { FaultPlan } from "./faults.ts";
import { below, type Random, type Scheduler, seededLate } from "./scheduler.ts";

export class PctScheduler implements Scheduler {
  private readonly random: Random;
  private readonly faults: FaultPlan;
  /** By the number of a process. */
  private readonly priorities = new Map<number, number>();
  private readonly changes: Set<number>;
  private lowest = 0;

  /** `length`: about how many steps a run takes; the change points are spread over it. */
  constructor(setting: Setting, seed: string, depth: number, length: number) {
    this.random = seedrandom(`pct ${seed}`);
    this.faults = new FaultPlan(setting, seededLate(`faults ${seed}`));
    this.changes = new Set(Array.from({ length: depth - 1 }, () => Math.floor(this.random() * length)));
  }

  next(simulation: Simulation): Turn | null {
    const fault = this.faults.next(simulation);
    if (fault !== null) return fault;
    while (simulation.maybeEnabled.length > 0) {
      const process = this.highest(simulation.maybeEnabled);
      const count = simulation.countCalls(process);
      if (count === 0) continue;
      if (this.changes.delete(simulation.steps.length)) {
        this.priorities.set(process, --this.lowest);
        continue;
      }
      return simulation.nthCall(process, below(this.random, count));
    }
    return null;
  }

  private highest(processes: readonly number[]): number {
    return processes.reduce((best, process) =>
      this.priorityOf(process) > this.priorityOf(best) ? process : best,
    );
  }

  private priorityOf(process: number): number {
    const known = this.priorities.get(process);
    if (known !== undefined) return known;
    const priority = this.random();
    this.priorities.set(process, priority);
    return priority;
  }
}
