/**
 * One run of a setting, at any size. It means what `world` means, but evaluates a process again only when a cell that it
 * has looked at has changed, and only when a scheduler asks for it.
 */
import {
  type Action,
  type FaultName,
  type ProcessName,
  type QuiescentEvent,
  type Setting,
  showRequest,
  type TraceEvent,
} from "../model/index.ts";
import { type Cell, type Cells, kernelOn, requestNow, rosterCell, type Value } from "./kernel/index.ts";
import { quiescentEvent } from "./quiescence.ts";
import { callsOf, faultsTo, type Transition } from "./transition.ts";
import { cellsOf, initialWorld } from "./world.ts";

export class Simulation {
  readonly steps: Action[] = [];
  private readonly values: Map<string, Value>;
  private readonly evaluations = new Map<ProcessName, readonly Transition[]>();
  /** Who has looked at a cell since it last changed. */
  private readonly readers = new Map<string, Set<ProcessName>>();
  /** Processes that may have a call to make: all but those that are known to be blocked. */
  private readonly candidates: ProcessName[] = [];

  constructor(readonly setting: Setting) {
    this.values = new Map(initialWorld(setting));
    this.candidates.push(...this.processes);
  }

  /** The processes that exist, zombies included, in the order of their names. */
  get processes(): readonly ProcessName[] {
    return cellsOf(this.values).get(rosterCell) ?? [];
  }

  /** Processes that have a call to make, or may have one; ask {@link callsOf} to be sure. In a stable order. */
  get maybeEnabled(): readonly ProcessName[] {
    return this.candidates;
  }

  callsOf(process: ProcessName): readonly Transition[] {
    const calls = this.evaluate(process);
    if (calls.length === 0) this.drop(process);
    return calls;
  }

  faultsTo(process: ProcessName, only?: FaultName): readonly Transition[] {
    return faultsTo(this.setting, cellsOf(this.values), process, only);
  }

  /** Everything that can happen next, in the order in which `world` lists it. */
  transitions(): readonly Transition[] {
    const calls = this.processes.flatMap((process) => this.evaluate(process));
    const faults = this.processes.flatMap((process) => this.faultsTo(process));
    return [...calls, ...faults];
  }

  take({ action, events, writes }: Transition): readonly TraceEvent[] {
    this.steps.push(action);
    const before = new Set(this.processes);
    for (const [cell, value] of writes) {
      if (value === null) this.values.delete(cell);
      else this.values.set(cell, value);
      for (const reader of this.readers.get(cell) ?? []) this.forget(reader);
      this.readers.delete(cell);
    }
    for (const process of this.processes) if (!before.has(process)) this.candidates.push(process);
    return events;
  }

  /** The call that a process stands before, or is blocked in; empty where there is none. */
  callOf(process: ProcessName): string {
    const request = requestNow(kernelOn(this.setting, cellsOf(this.values)), process);
    return request === undefined ? "" : showRequest(request);
  }

  /** Everything there is, to be looked at. */
  get cells(): Cells {
    return cellsOf(this.values);
  }

  /** A cell's value. */
  valueOf<T>(cell: string): T | null {
    return cellsOf(this.values).get<T>({ name: cell });
  }

  quiescentEvent(): QuiescentEvent {
    return quiescentEvent(this.setting, cellsOf(this.values));
  }

  private evaluate(process: ProcessName): readonly Transition[] {
    const known = this.evaluations.get(process);
    if (known !== undefined) return known;
    const calls = callsOf(this.setting, this.watched(process), process);
    this.evaluations.set(process, calls);
    return calls;
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
    const known = this.evaluations.get(process);
    if (known === undefined) return;
    this.evaluations.delete(process);
    if (!this.candidates.includes(process)) this.candidates.push(process);
  }

  private drop(process: ProcessName): void {
    const at = this.candidates.indexOf(process);
    if (at < 0) return;
    const last = this.candidates.pop();
    if (last !== undefined && last !== process) this.candidates[at] = last;
  }
}
