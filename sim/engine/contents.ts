/**
 * What the lines of the log say, left out. A state with labels stands for every state that has lines in their place, in any
 * order in which they can have come; it can do what each of them can do as long as nobody looks at those letters, which
 * `blindness.ts` finds out.
 */
import type { Property, Setting, TraceEvent } from "../../model/index.ts";
import { type Cell, type Cells, type File, fileCell, type Value } from "../kernel/index.ts";
import type { Transition } from "../transition.ts";
import { type Forgotten, type Labels, labelsIn, type Said } from "./labels.ts";
import { judgeAll, letteredCells, letteredEvents, type Observed, watchedCells } from "./observed.ts";

export interface LabelledObserved extends Observed {
  /** What was looked at. */
  readonly looked: ReadonlyMap<string, Value>;
  /** The labels in that, and in the events. */
  readonly labels: ReadonlySet<string>;
}

const log = fileCell("log");

/** Apart from the log, since nobody who reads that has to do with it. */
const said: Cell<Said> = { name: "said/log" };

/** The log with what is known of it. */
export const forgottenIn = (cells: Cells): Forgotten => ({
  content: cells.get(log)?.content ?? "",
  said: cells.get(said) ?? { lines: {}, partial: "" },
});

export class Contents {
  constructor(
    private readonly setting: Setting,
    private readonly properties: readonly Property[],
    private readonly labels: Labels,
  ) {}

  /** Whether a step leaves the log an interleaving of what its senders have to say. */
  keepsLines(cells: Cells, transition: Transition): boolean {
    return !transition.writes.has(log.name) || this.appended(cells, transition) !== null;
  }

  /** A step of the kernel, with labels for the letters that it appends to the log. */
  forget(cells: Cells, transition: Transition): Transition {
    const after = transition.writes.has(log.name) ? this.appended(cells, transition) : null;
    if (after === null) return transition;
    const file = transition.writes.get(log.name) as unknown as File;
    const writes = new Map<string, Value>([
      ...transition.writes,
      [log.name, { ...file, content: after.content } as unknown as Value],
      [said.name, after.said as unknown as Value],
    ]);
    return { ...transition, writes, events: withBytesOf(after.content, transition.events) };
  }

  /** What observers and properties make of some events. What is found is found with letters: a label is no letter of a line. */
  observe(events: readonly TraceEvent[], cells: Cells, within?: Forgotten): LabelledObserved {
    const labels = labelsIn(events as unknown as Value, new Set());
    const looked = new Map<string, Value>();
    const watching = watchedCells(cells, (cell, value) => {
      if (!looked.has(cell)) labelsIn(value, labels);
      looked.set(cell, value);
    });
    const { properties, setting } = this;
    const { writes, findings } = judgeAll(properties, setting, events, watching);
    if (labels.size === 0) return { writes, findings, looked, labels };
    const [eventsWith, cellsWith] = [letteredEvents(events), letteredCells(watching)];
    for (;;) {
      const { size } = labels;
      const [first] = this.labels.assignments(labels, within);
      if (first === undefined) return { writes, findings, looked, labels };
      const found = judgeAll(properties, setting, eventsWith(first), cellsWith(first)).findings;
      // With letters, something else may have been looked at.
      if (labels.size === size) return { writes, findings: found, looked, labels };
    }
  }

  /** The log after a step that writes it; null where something else has happened to it than that lines were appended. */
  private appended(cells: Cells, { writes }: Transition): Forgotten | null {
    const { content } = writes.get(log.name) as unknown as File;
    return this.labels.after(forgottenIn(cells), content);
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
