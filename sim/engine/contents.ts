/**
 * What the lines of the log say, left out. A state with labels stands for every state that has letters in their place; it
 * can do what each of them can do as long as nobody looks at those letters, which `blindness.ts` finds out.
 */
import type { Property, Setting, TraceEvent } from "../../model/index.ts";
import { type Cells, type File, fileCell, type Value } from "../kernel/index.ts";
import type { Transition } from "../transition.ts";
import { type Labels, labelsIn } from "./labels.ts";
import { judgeAll, letteredCells, letteredEvents, type Observed } from "./observed.ts";

/** The log with labels. A place that was cut off and is written again must not get its label again: others may still have it. */
interface LabelledFile extends File {
  /** How long it has ever been; only where it is shorter now. */
  readonly reach?: number;
}

export interface LabelledObserved extends Observed {
  /** The labels in the events, and in what was looked at. */
  readonly labels: ReadonlySet<string>;
}

const log = fileCell("log");

export class Contents {
  constructor(
    private readonly setting: Setting,
    private readonly properties: readonly Property[],
    private readonly labels: Labels,
  ) {}

  /** A step of the kernel, with labels for the letters that it appends to the log. */
  forget(cells: Cells, transition: Transition): Transition {
    const after = transition.writes.get(log.name) as LabelledFile | null | undefined;
    if (after === null || after === undefined) return transition;
    const before = cells.get(log) as LabelledFile | null;
    const reach = before === null ? 0 : (before.reach ?? before.content.length);
    const { reach: _, ...file } = after;
    const content = this.labels.forget(file.content, Math.min(reach, file.content.length));
    const longest = Math.max(reach, content.length);
    const forgotten = { ...file, content, ...(longest > content.length ? { reach: longest } : {}) };
    const writes = new Map(transition.writes).set(log.name, forgotten as unknown as Value);
    return { ...transition, writes, events: withBytesOf(content, transition.events) };
  }

  /** What observers and properties make of some events. What is found is found with letters: a label is no letter of a line. */
  observe(events: readonly TraceEvent[], cells: Cells): LabelledObserved {
    const labels = labelsIn(events as unknown as Value, new Set());
    const watching: Cells = {
      get: (cell) => {
        const value = cells.get(cell);
        labelsIn(value as Value, labels);
        return value;
      },
      set: cells.set,
    };
    const { properties, setting } = this;
    const { writes, findings } = judgeAll(properties, setting, events, watching);
    if (labels.size === 0) return { writes, findings, labels };
    const first = (label: string) => this.labels.firstOf(label);
    const lettered = [letteredEvents(events)(first), letteredCells(cells)(first)] as const;
    return { writes, findings: judgeAll(properties, setting, ...lettered).findings, labels };
  }
}

/** Where in the log a write has put how much, if it says so. */
const transferOf = (event: TraceEvent): readonly [at: number, length: number] | null => {
  if (event.type === "progress") return [event.at, event.bytes.length];
  if (event.type !== "return" || event.request.call !== "write") return null;
  const { result } = event;
  const said = (result.type === "ok" || result.type === "short") && result.at !== undefined;
  return said ? [result.at, result.value] : null;
};

/** A write's events, with the bytes that stand in the log now. */
const withBytesOf = (content: string, events: readonly TraceEvent[]): readonly TraceEvent[] => {
  const transfer = events.map(transferOf).find((found) => found !== null);
  if (transfer === undefined) return events;
  const [at, length] = transfer;
  const bytes = content.slice(at, at + length);
  return events.map((event) => {
    if (event.type !== "call" && event.type !== "return" && event.type !== "progress") return event;
    const { request } = event;
    if (request.call !== "write") return event;
    const told = { ...event, request: { ...request, bytes: bytes + request.bytes.slice(length) } };
    return told.type === "progress" ? { ...told, bytes } : told;
  });
};
