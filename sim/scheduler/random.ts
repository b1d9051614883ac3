/** Uniform random scheduling: any process that can go on, with the same probability, and any outcome of its call. */
import seedrandom from "seedrandom";
import type { Setting } from "../../model/index.ts";
import type { Simulation, Turn } from "../simulation.ts";
import { FaultPlan } from "./faults.ts";
import { below, pick, type Random, type Scheduler, seededLate } from "./scheduler.ts";

export class RandomScheduler implements Scheduler {
  private readonly random: Random;
  private readonly faults: FaultPlan;

  constructor(setting: Setting, seed: string) {
    this.random = seedrandom(`random ${seed}`);
    this.faults = new FaultPlan(setting, seededLate(`faults ${seed}`));
  }

  next(simulation: Simulation): Turn | null {
    const fault = this.faults.next(simulation);
    if (fault !== null) return fault;
    while (simulation.maybeEnabled.length > 0) {
      const process = pick(this.random, simulation.maybeEnabled)!;
      const count = simulation.countCalls(process);
      // Drawn also where there is none to be drawn: seeds mean what they have always meant.
      const nth = below(this.random, count);
      if (count > 0) return simulation.nthCall(process, nth);
    }
    return null;
  }
}
