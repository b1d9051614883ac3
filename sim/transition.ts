/** Transitions: everything that can happen next to one process, performed on a copy of the cells that it writes. */
import type { Action, FaultName, ProcessName, Setting, Store, TraceEvent } from "../model/index.ts";
import {
  type Cell,
  type Cells,
  faultsOf,
  kernelOn,
  type Move,
  movesOf,
  type Reaction,
  type Value,
} from "./kernel/index.ts";

export interface Transition {
  readonly action: Action;
  readonly events: readonly TraceEvent[];
  /** What the lock and signal machines did in it. */
  readonly reactions: readonly Reaction[];
  /** The cells that it changes. */
  readonly writes: ReadonlyMap<string, Value>;
}

/** Cells that keep what is written to them apart from what lies below. */
export class Overlay implements Cells {
  readonly writes = new Map<string, Value>();
  constructor(private readonly below: Cells) {}

  get<T>(cell: Cell<T>): T | null {
    const written = this.writes.get(cell.name);
    return written === undefined ? this.below.get(cell) : (written as T | null);
  }

  set<T>(cell: Cell<T>, value: T | null): void {
    this.writes.set(cell.name, value as Value);
  }
}

/** Cells as the place where observers keep their states. */
export const asStore = (cells: Cells): Store => ({
  read: (cell) => cells.get<Value>({ name: cell }),
  write: (cell, value) => cells.set<Value>({ name: cell }, value),
});

export const perform = (setting: Setting, cells: Cells, move: Move, kind: Action["kind"]): Transition => {
  const overlay = new Overlay(cells);
  const events: TraceEvent[] = [];
  const reactions: Reaction[] = [];
  const kernel = kernelOn(
    setting,
    overlay,
    (event) => events.push(event),
    (reaction) => reactions.push(reaction),
  );
  const outcome = move.perform(kernel);
  const { process, call } = move;
  return { action: { kind, process, call, outcome }, events, reactions, writes: overlay.writes };
};

/** What a process itself can do next. */
export const callsOf = (setting: Setting, cells: Cells, process: ProcessName): Transition[] =>
  movesOf(kernelOn(setting, cells), process).map((move) => perform(setting, cells, move, "call"));

/** What the environment can do to it; with `only`, that fault or nothing. */
export const faultsTo = (
  setting: Setting,
  cells: Cells,
  process: ProcessName,
  only?: FaultName,
): Transition[] =>
  faultsOf(kernelOn(setting, cells), process, only).map((move) => perform(setting, cells, move, "fault"));
