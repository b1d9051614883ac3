/** When faults happen in a random run: each one that the budget allows is given a step of its own, and a victim there. */
import { type FaultName, faultNames, type Setting } from "../../model/index.ts";
import type { Edge } from "../knowledge/edge.ts";
import type { Simulation } from "../simulation.ts";
import { pick, type Random } from "./scheduler.ts";

/** Some steps that a run of this setting may take: where faults are spread over. */
const horizon = ({ bounds }: Setting): number =>
  20 * (bounds.clients + bounds.strangers) * (bounds.messages * bounds.segments + 2);

export class FaultPlan {
  private due: { readonly step: number; readonly fault: FaultName }[];

  constructor(
    setting: Setting,
    private readonly random: Random,
  ) {
    const all = faultNames.flatMap((fault) =>
      Array.from({ length: setting.faults[fault] ?? 0 }, () => fault),
    );
    this.due = all
      .map((fault) => ({ fault, step: Math.floor(random() * horizon(setting)) }))
      .sort((a, b) => a.step - b.step);
  }

  /** The fault that is due now. Where it can hit nobody, it is put off by some steps. */
  next(simulation: Simulation): Edge | null {
    const first = this.due[0];
    if (first === undefined || first.step > simulation.steps.length) return null;
    this.due.shift();
    const hits = simulation.processes.flatMap((process) => simulation.faultsTo(process, first.fault));
    const hit = pick(this.random, hits);
    if (hit === undefined)
      this.putOff(first.fault, simulation.steps.length + 1 + Math.floor(this.random() * 100));
    return hit ?? null;
  }

  private putOff(fault: FaultName, step: number): void {
    this.due = [...this.due, { fault, step }].sort((a, b) => a.step - b.step);
  }
}
