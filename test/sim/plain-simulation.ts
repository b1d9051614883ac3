/**
 * A run as anybody would write it first: cells in a map, and whoever has looked at one that changes is asked again. What
 * `Simulation` must agree with to the letter, the order of the candidates included, which the schedulers draw from.
 */
import type { FaultName, ProcessName, Setting, TraceEvent } from "../../model/index.ts";
import { type Cell, type Cells, rosterCell, type Value } from "../../sim/kernel/index.ts";
import { callsOf, faultsTo, type Transition } from "../../sim/transition.ts";
import { cellsOf, initialWorld } from "../../sim/world.ts";

export class PlainSimulation {
  readonly values: Map<string, Value>;
  /** Processes that may have a call to make: all but those that are known to be blocked. */
  readonly maybeEnabled: ProcessName[] = [];
  private readonly evaluations = new Map<ProcessName, readonly Transition[]>();
  /** Who has looked at a cell since it last changed. */
  private readonly readers = new Map<string, Set<ProcessName>>();

  constructor(readonly setting: Setting) {
    this.values = new Map(initialWorld(setting));
    this.maybeEnabled.push(...this.processes);
  }

  get processes(): readonly ProcessName[] {
    return cellsOf(this.values).get(rosterCell) ?? [];
  }

  callsOf(process: ProcessName): readonly Transition[] {
    const calls = this.evaluations.get(process) ?? callsOf(this.setting, this.watched(process), process);
    this.evaluations.set(process, calls);
    if (calls.length === 0) this.drop(process);
    return calls;
  }

  faultsTo(process: ProcessName, only?: FaultName): readonly Transition[] {
    return faultsTo(this.setting, cellsOf(this.values), process, only);
  }

  take({ events, writes }: Transition): readonly TraceEvent[] {
    const before = new Set(this.processes);
    for (const [cell, value] of writes) {
      if (value === null) this.values.delete(cell);
      else this.values.set(cell, value);
      for (const reader of this.readers.get(cell) ?? []) this.forget(reader);
      this.readers.delete(cell);
    }
    for (const process of this.processes) if (!before.has(process)) this.maybeEnabled.push(process);
    return events;
  }

  private watched(process: ProcessName): Cells {
    const cells = cellsOf(this.values);
    return {
      get: <T>(cell: Cell<T>) => {
        const readers = this.readers.get(cell.name) ?? new Set();
        this.readers.set(cell.name, readers.add(process));
        return cells.get(cell);
      },
      set: cells.set,
    };
  }

  private forget(process: ProcessName): void {
    if (!this.evaluations.delete(process)) return;
    if (!this.maybeEnabled.includes(process)) this.maybeEnabled.push(process);
  }

  private drop(process: ProcessName): void {
    const at = this.maybeEnabled.indexOf(process);
    if (at < 0) return;
    const last = this.maybeEnabled.pop();
    if (last !== undefined && last !== process) this.maybeEnabled[at] = last;
  }
}
