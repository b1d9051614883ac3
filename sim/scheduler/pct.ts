/**
 * Probabilistic concurrency testing (Burckhardt et al., 2010): every process has a random priority, the highest one that
 * can go on always does, and at `depth - 1` random steps whoever was about to run falls to the bottom. A bug that takes
 * `depth` ordering constraints is found with probability at least 1 / (n · k^(depth-1)).
 */
import seedrandom from "seedrandom";
import type { ProcessName, Setting } from "../../model/index.ts";
import type { Edge } from "../knowledge/edge.ts";
import type { Simulation } from "../simulation.ts";
import { FaultPlan } from "./faults.ts";
import { pick, type Random, type Scheduler } from "./scheduler.ts";

export class PctScheduler implements Scheduler {
  private readonly random: Random;
  private readonly faults: FaultPlan;
  private readonly priorities = new Map<ProcessName, number>();
  private readonly changes: Set<number>;
  private lowest = 0;

  /** `length`: about how many steps a run takes; the change points are spread over it. */
  constructor(setting: Setting, seed: string, depth: number, length: number) {
    this.random = seedrandom(`pct ${seed}`);
    this.faults = new FaultPlan(setting, seedrandom(`faults ${seed}`));
    this.changes = new Set(Array.from({ length: depth - 1 }, () => Math.floor(this.random() * length)));
  }

  next(simulation: Simulation): Edge | null {
    const fault = this.faults.next(simulation);
    if (fault !== null) return fault;
    while (simulation.maybeEnabled.length > 0) {
      const process = this.highest(simulation.maybeEnabled);
      const calls = simulation.callsOf(process);
      if (calls.length === 0) continue;
      if (this.changes.delete(simulation.steps.length)) {
        this.priorities.set(process, --this.lowest);
        continue;
      }
      return pick(this.random, calls) ?? null;
    }
    return null;
  }

  private highest(processes: readonly ProcessName[]): ProcessName {
    return processes.reduce((best, process) =>
      this.priorityOf(process) > this.priorityOf(best) ? process : best,
    );
  }

  private priorityOf(process: ProcessName): number {
    const known = this.priorities.get(process);
    if (known !== undefined) return known;
    const priority = this.random();
    this.priorities.set(process, priority);
    return priority;
  }
}
