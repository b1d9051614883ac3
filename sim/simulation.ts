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
import { initialWorld } from "./world.ts";

/** A cell's value, and who has looked at it since it last changed. */
interface Slot {
  value: Value;
  readonly readers: Set<ProcessName>;
}

const refuse = (): never => {
  throw new Error("internal: a simulation changes by its steps only");
};

export class Simulation {
  readonly steps: Action[] = [];
  /** Everything there is, to be looked at. */
  readonly cells: Cells = {
    get: <T>({ name }: Cell<T>) => (this.slots.get(name)?.value ?? null) as T | null,
    set: refuse,
  };
  private readonly slots = new Map<string, Slot>();
  private readonly evaluations = new Map<ProcessName, readonly Transition[]>();
  /** Processes that may have a call to make: all but those that are known to be blocked. */
  private readonly candidates: ProcessName[] = [];

  constructor(readonly setting: Setting) {
    for (const [cell, value] of initialWorld(setting)) this.slotOf(cell).value = value;
    this.candidates.push(...this.processes);
  }

  /** The processes that exist, zombies included, in the order of their names. */
  get processes(): readonly ProcessName[] {
    return this.cells.get(rosterCell) ?? [];
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
    return faultsTo(this.setting, this.cells, process, only);
  }

  /** Everything that can happen next, in the order in which `world` lists it. */
  transitions(): readonly Transition[] {
    const calls = this.processes.flatMap((process) => this.evaluate(process));
    const faults = this.processes.flatMap((process) => this.faultsTo(process));
    return [...calls, ...faults];
  }

  take({ action, events, writes }: Transition): readonly TraceEvent[] {
    this.steps.push(action);
    const before = this.processes;
    for (const [cell, value] of writes) {
      const slot = this.slotOf(cell);
      slot.value = value;
      for (const reader of slot.readers) this.forget(reader);
      slot.readers.clear();
    }
    if (this.processes !== before) {
      const old = new Set(before);
      for (const process of this.processes) if (!old.has(process)) this.candidates.push(process);
    }
    return events;
  }

  /** The call that a process stands before, or is blocked in; empty where there is none. */
  callOf(process: ProcessName): string {
    const request = requestNow(kernelOn(this.setting, this.cells), process);
    return request === undefined ? "" : showRequest(request);
  }


  /** A cell's value. */
  valueOf<T>(cell: string): T | null {
    return this.cells.get<T>({ name: cell });
  }

  quiescentEvent(): QuiescentEvent {
    return quiescentEvent(this.setting, this.cells);
  }

  private evaluate(process: ProcessName): readonly Transition[] {
    const known = this.evaluations.get(process);
    if (known !== undefined) return known;
    const calls = callsOf(this.setting, this.watched(process), process);
    this.evaluations.set(process, calls);
    return calls;
  }

  private slotOf(cell: string): Slot {
    const known = this.slots.get(cell);
    if (known !== undefined) return known;
    const slot = { value: null, readers: new Set<ProcessName>() };
    this.slots.set(cell, slot);
    return slot;
  }

  private watched(process: ProcessName): Cells {
    return {
      get: <T>({ name }: Cell<T>) => {
        const slot = this.slotOf(name);
        slot.readers.add(process);
        return slot.value as T | null;
      },
      set: refuse,
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
