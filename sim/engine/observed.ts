/** What observers and properties make of events: the plain code, once or with letters in the place of labels. */
import { type Finding, judge, type Property, type Setting, type TraceEvent } from "../../model/index.ts";
import type { Cell, Cells, Value } from "../kernel/index.ts";
import { asStore, Overlay } from "../transition.ts";
import { type LetterOf, type Template, templateOf } from "./labels.ts";

export interface Observed {
  readonly writes: ReadonlyMap<string, Value>;
  readonly findings: readonly Finding[];
}

export const judgeAll = (
  properties: readonly Property[],
  setting: Setting,
  events: readonly TraceEvent[],
  cells: Cells,
): Observed => {
  const overlay = new Overlay(cells);
  const store = asStore(overlay);
  const findings = events.flatMap((event) => judge(properties, setting, store, event));
  return { writes: overlay.writes, findings };
};

/** Cells that tell of each look at them. */
export const watchedCells = (cells: Cells, look: (cell: string, value: Value) => void): Cells => ({
  get: (cell) => {
    const value = cells.get(cell);
    look(cell.name, value as Value);
    return value;
  },
  set: cells.set,
});

/** Cells as they would be with letters in the place of labels; for one answer after the other. */
export const letteredCells = (cells: Cells): ((letterOf: LetterOf) => Cells) => {
  const kept = new Map<string, readonly [Value, Template<Value> | null]>();
  const look = (cell: Cell<unknown>) => {
    const value = cells.get<Value>(cell as Cell<Value>);
    const found = [value, templateOf(value)] as const;
    kept.set(cell.name, found);
    return found;
  };
  return (letterOf) => ({
    get: <T>(cell: Cell<T>) => {
      const [value, template] = kept.get(cell.name) ?? look(cell);
      return (template === null ? value : template(letterOf)) as T | null;
    },
    set: cells.set,
  });
};

/** The same of events. */
export const letteredEvents = (
  events: readonly TraceEvent[],
): ((letterOf: LetterOf) => readonly TraceEvent[]) => {
  const template = templateOf(events as unknown as Value) as Template<unknown> | null;
  return (letterOf) => (template === null ? events : (template(letterOf) as readonly TraceEvent[]));
};
