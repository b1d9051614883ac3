/**
 * The world of simulated processes: slow, plain, and the definition of what everything here means. A world is an
 * immutable map from cell names to values; `enabled` says what can happen, `step` lets it happen.
 */
import { type Action, type ProcessName, type Setting, showAction, type TraceEvent } from "../model/index.ts";
import {
  budgetCell,
  type Cell,
  type Cells,
  fileCell,
  kernelOn,
  nextName,
  portCell,
  processCell,
  rosterCell,
  startProcess,
  type Value,
} from "./kernel/index.ts";
import { callsOf, faultsTo, Overlay, type Transition } from "./transition.ts";

export type World = ReadonlyMap<string, Value>;

export const cellsOf = (world: World): Cells => ({
  get: <T>(cell: Cell<T>) => (world.get(cell.name) ?? null) as T | null,
  set: () => {
    throw new Error("internal: a world is immutable");
  },
});

const nothing: Cells = cellsOf(new Map());

/** The world before anything has happened: an empty or stored log, and the processes that the protocol starts with. */
export const initialWorld = (setting: Setting): World => {
  const cells = new Overlay(nothing);
  const kernel = kernelOn(setting, cells);
  cells.set(fileCell("log"), { content: setting.stored, writing: null });
  cells.set(portCell, { listener: "", opened: false, backlog: [] });
  const budget = Object.entries(setting.faults).filter(([, times]) => times > 0);
  cells.set(budgetCell, budget.length === 0 ? null : Object.fromEntries(budget));
  for (const process of setting.protocol.start)
    startProcess(kernel, nextName(kernel, process.role, process.index ?? ""), process);
  // In an endless environment they are among the protocol's own.
  for (const { name } of setting.clients.filter((client) => cells.get(processCell(client.name)) === null))
    startProcess(kernel, name, { role: "client", group: "clients", session: "clients" });
  return withWrites(new Map(), cells.writes);
};

export const withWrites = (world: World, writes: ReadonlyMap<string, Value>): World => {
  const next = new Map(world);
  for (const [cell, value] of writes) {
    if (value === null) next.delete(cell);
    else next.set(cell, value);
  }
  return next;
};

export const processesIn = (cells: Cells): readonly ProcessName[] => cells.get(rosterCell) ?? [];

/** Everything that can happen next. */
export const transitionsIn = (setting: Setting, world: World): Transition[] => {
  const cells = cellsOf(world);
  const processes = processesIn(cells);
  const calls = processes.flatMap((process) => callsOf(setting, cells, process));
  const faults = processes.flatMap((process) => faultsTo(setting, cells, process));
  return [...calls, ...faults];
};

export const enabled = (setting: Setting, world: World): Action[] =>
  transitionsIn(setting, world).map(({ action }) => action);

/** A state is quiescent when nothing can happen but faults: a fault that could still be spent excuses nothing. */
export const isQuiescent = (actions: readonly Action[]): boolean =>
  actions.every(({ kind }) => kind === "fault");

/** Lets an enabled action happen. Throws an Error that names the action where it is not enabled. */
export const step = (
  setting: Setting,
  world: World,
  action: Action,
): { readonly world: World; readonly events: readonly TraceEvent[] } => {
  const wanted = showAction(action);
  const found = transitionsIn(setting, world).find((transition) => showAction(transition.action) === wanted);
  if (found === undefined) throw new Error(`not enabled here: ${wanted}`);
  return { world: withWrites(world, found.writes), events: found.events };
};
