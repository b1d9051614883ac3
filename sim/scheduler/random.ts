/** Uniform random scheduling: any process that can go on, with the same probability, and any outcome of its call. */
import seedrandom from "seedrandom";
import type { Setting } from "../../model/index.ts";
import type { Edge } from "../knowledge/edge.ts";
import type { Simulation } from "../simulation.ts";
import { FaultPlan } from "./faults.ts";
import { pick, type Random, type Scheduler } from "./scheduler.ts";

export class RandomScheduler implements Scheduler {
  private readonly random: Random;
  private readonly faults: FaultPlan;

  constructor(setting: Setting, seed: string) {
    this.random = seedrandom(`random ${seed}`);
    this.faults = new FaultPlan(setting, seedrandom(`faults ${seed}`));
  }

  next(simulation: Simulation): Edge | null {
    const fault = this.faults.next(simulation);
    if (fault !== null) return fault;
    while (simulation.maybeEnabled.length > 0) {
      const process = pick(this.random, simulation.maybeEnabled);
      const calls = process === undefined ? [] : simulation.callsOf(process);
      const chosen = pick(this.random, calls);
      if (chosen !== undefined) return chosen;
    }
    return null;
  }
}
