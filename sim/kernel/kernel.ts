/** What every part of the simulated kernel works on. */
import {
  type DescriptorName,
  type LocalState,
  type LockEvent,
  machineFor,
  metaOf,
  type ProcessMachine,
  type ProcessName,
  type Request,
  type Result,
  resolve,
  roleOf,
  type Setting,
  type SignalMachineEvent,
  type TraceEvent,
  takesContext,
} from "../../model/index.ts";
import {
  type Cell,
  type Cells,
  contextCell,
  movedCell,
  type Process,
  processCell,
  stateCell,
} from "./cells.ts";

/** One event that the lock machine or a signal machine has taken. */
export interface Reaction {
  readonly object: "lock" | "signal";
  readonly before: LocalState;
  readonly event: LockEvent | SignalMachineEvent;
  readonly after: LocalState;
}

export interface Kernel {
  readonly setting: Setting;
  readonly cells: Cells;
  /** Adds to the trace of the step under way. */
  emit(event: TraceEvent): void;
  /** Hears what lock and signal machines do; not what the kernel only asks them, to look ahead. */
  note(reaction: Reaction): void;
  /** Whether the call that a process stands before would block now. */
  isBlocked(process: ProcessName): boolean;
}

/**
 * One legal outcome of a call. `run` brings it about and gives the result; or null where the call goes on, and then
 * `outcome` is what the schedule says of the step. A `timer` watches a descriptor, and runs out only where whoever is at
 * the other end can do nothing about it (else right tokens would come too late in some runs, by no fault of anybody).
 */
export interface Choice {
  readonly outcome?: string;
  readonly timer?: DescriptorName;
  readonly run: (kernel: Kernel) => Result | null;
}

/** Brings an effect about, and gives a result. */
export const giving =
  <R extends Result | null>(result: R, effect: (kernel: Kernel) => void) =>
  (kernel: Kernel): R => {
    effect(kernel);
    return result;
  };

/** A protocol asks the kernel for something that makes no sense: a descriptor or a role that is not there. */
export class ProtocolError extends Error {
  constructor(
    readonly process: ProcessName,
    readonly state: string,
    problem: string,
  ) {
    super(`${process}, state “${state}”: ${problem}`);
  }
}

export const must = <T>(kernel: Kernel, cell: Cell<T>): T => {
  const value = kernel.cells.get(cell);
  if (value === null) throw new Error(`internal: the world has no ${cell.name}`);
  return value;
};

export const update = <T>(kernel: Kernel, cell: Cell<T>, change: Partial<T>): void =>
  kernel.cells.set(cell, { ...must(kernel, cell), ...change });

export const processOf = (kernel: Kernel, name: ProcessName): Process => must(kernel, processCell(name));

export const machineOf = (kernel: Kernel, process: ProcessName, role: string): ProcessMachine =>
  machineFor(kernel.setting.protocol, role) ??
  fail(kernel, process, `the protocol has no machine for the role “${role}”`);

/** The call that a process stands before, or is blocked in; undefined where its machine has ended. */
export const requestNow = (kernel: Kernel, process: ProcessName): Request | undefined => {
  const state = kernel.cells.get(stateCell(process));
  if (state === null) return undefined;
  const machine = machineOf(kernel, process, roleOf(process));
  // The context is looked at only where the call takes something from it: whoever waits depends on no more.
  const template = metaOf(machine, state)?.call;
  const context = template !== undefined && takesContext(template) ? must(kernel, contextCell(process)) : {};
  return template && resolve(template, context, kernel.setting.parameters);
};

/** Where a process's machine stands. */
export const localOf = (kernel: Kernel, process: ProcessName): LocalState => ({
  state: must(kernel, stateCell(process)),
  context: must(kernel, contextCell(process)),
});

/** Whether a value is plain data: what is not would look the same in different states. */
const isPlain = (value: unknown): boolean => {
  if (value === null || value === undefined || typeof value === "boolean" || typeof value === "string")
    return true;
  if (typeof value === "number") return Number.isFinite(value);
  if (Array.isArray(value)) return value.every(isPlain);
  return (
    typeof value === "object" &&
    Object.getPrototypeOf(value) === Object.prototype &&
    Object.values(value).every(isPlain)
  );
};

export const setLocal = (kernel: Kernel, process: ProcessName, local: LocalState | null): void => {
  const context = local?.context ?? {};
  const odd = Object.keys(context).find((key) => !isPlain(context[key]));
  if (odd !== undefined)
    throw new ProtocolError(
      process,
      local?.state ?? "?",
      `“${odd}” in its context is no plain data; states are told apart by numbers, strings, booleans, lists and records`,
    );
  kernel.cells.set(stateCell(process), local === null ? null : local.state);
  kernel.cells.set(contextCell(process), local === null ? null : local.context);
};

export const fail = (kernel: Kernel, process: ProcessName, problem: string): never => {
  throw new ProtocolError(process, kernel.cells.get(stateCell(process)) ?? "?", problem);
};

/** How many bytes of a transfer the process has already moved. */
export const movedBy = (kernel: Kernel, process: ProcessName): number =>
  kernel.cells.get(movedCell(process)) ?? 0;

export const setMoved = (kernel: Kernel, process: ProcessName, moved: number): void =>
  kernel.cells.set(movedCell(process), moved === 0 ? null : moved);
