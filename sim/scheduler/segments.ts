/**
 * A schedule said in context switches: who runs, and for how many steps. It fits every world (whoever cannot go on is
 * passed over), so that it can be cut and shrunk; when it is used up, whoever runs goes on until it is blocked, and then
 * the next one.
 */
import type { FaultName, ProcessName } from "../../model/index.ts";
import type { Edge } from "../knowledge/edge.ts";
import type { Simulation } from "../simulation.ts";
import type { Scheduler } from "./scheduler.ts";

export interface Segment {
  /** Whose turn it is: the number of one among those that can go on, or a process by name. */
  readonly who: number | ProcessName;
  /** Most steps of this turn. */
  readonly steps: number;
  /** Which outcome of a call is taken where there are several. */
  readonly outcome: number;
  /** A fault that strikes somebody before the turn. */
  readonly fault?: FaultName;
}

export class SegmentScheduler implements Scheduler {
  private at = 0;
  private left = 0;
  private running: ProcessName | null = null;
  private struck = false;

  constructor(private readonly segments: readonly Segment[]) {}

  next(simulation: Simulation): Edge | null {
    for (;;) {
      const segment = this.segments[this.at];
      if (segment === undefined) return this.goOn(simulation);
      const fault = this.faultOf(segment, simulation);
      if (fault !== null) return fault;
      if (this.running === null) {
        this.running = this.choose(segment, simulation);
        this.left = segment.steps;
      }
      const calls = this.running === null || this.left <= 0 ? [] : simulation.callsOf(this.running);
      const taken = calls[segment.outcome % Math.max(1, calls.length)];
      if (taken !== undefined) {
        this.left--;
        return taken;
      }
      if (this.segments[this.at + 1] !== undefined) this.running = null;
      this.struck = false;
      this.at++;
    }
  }

  private choose({ who }: Segment, simulation: Simulation): ProcessName | null {
    if (typeof who === "string") return simulation.processes.includes(who) ? who : null;
    const able = simulation.processes.filter((process) => simulation.callsOf(process).length > 0);
    return able[who % Math.max(1, able.length)] ?? null;
  }

  private faultOf({ fault, who }: Segment, simulation: Simulation): Edge | null {
    if (fault === undefined || this.struck) return null;
    this.struck = true;
    const hits = simulation.processes.flatMap((process) => simulation.faultsTo(process, fault));
    const named = typeof who === "string" ? hits.find(({ action }) => action.process === who) : undefined;
    return named ?? (typeof who === "number" ? hits[who % Math.max(1, hits.length)] : undefined) ?? null;
  }

  private goOn(simulation: Simulation): Edge | null {
    const order = this.running === null ? simulation.processes : [this.running, ...simulation.processes];
    for (const process of order) {
      const [first] = simulation.processes.includes(process) ? simulation.callsOf(process) : [];
      if (first === undefined) continue;
      this.running = process;
      return first;
    }
    return null;
  }
}
