/**
 * The real trace: every call and every return of every process, in the shared vocabulary, stamped with the machine's
 * monotonic clock, which all processes see alike. One file a process; each event is written before what it announces.
 */
import { openSync, readdirSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { DescriptorName, TraceEvent } from "../model/index.ts";
import { type ProcessConfiguration, places } from "./configuration.ts";

/** The two ports of a TCP connection: whoever has them swapped holds the other end. */
export interface Ports {
  readonly own: number;
  readonly peer: number;
}

export type Sockets = Readonly<Record<DescriptorName, Ports>>;

/** How a process's trace begins. */
export interface Header {
  readonly type: "process";
  readonly pid: number;
  readonly parent: number;
  readonly configuration: ProcessConfiguration;
  readonly sockets: Sockets;
}

/** What a process says when it cannot go on: a machine without an edge, a call that makes no sense. */
export interface Complaint {
  readonly type: "complaint";
  readonly problem: string;
}

/** A line of a trace file. */
export interface Recorded {
  /** Nanoseconds of the monotonic clock. */
  readonly at: number;
  readonly event: Header | Complaint | TraceEvent;
  /** The connections that the process has since this event. */
  readonly sockets?: Sockets;
  /** The numbers of its descriptors since this event. */
  readonly numbers?: Readonly<Record<DescriptorName, number>>;
}

export const now = (): number => Number(process.hrtime.bigint());

export class Observer {
  readonly file: number;

  constructor(directory: string, pid: number) {
    this.file = openSync(join(directory, places.traces, `${pid}.jsonl`), "a", 0o600);
  }

  record(event: Recorded["event"], more: Pick<Recorded, "sockets" | "numbers"> = {}): void {
    writeSync(this.file, `${JSON.stringify({ at: now(), event, ...more })}\n`);
  }
}

export interface ProcessTrace {
  readonly header: Header;
  /** When it began. */
  readonly at: number;
  readonly records: readonly Recorded[];
}

/** The traces of all processes of a run. The last line of one that was killed while writing it is left out. */
export const readTraces = (directory: string): ProcessTrace[] => {
  const traces = join(directory, places.traces);
  return readdirSync(traces)
    .sort()
    .flatMap((file) => {
      const lines = readFileSync(join(traces, file), "utf8").split("\n").slice(0, -1);
      const [first, ...records] = lines.map((line) => JSON.parse(line) as Recorded);
      return first?.event.type === "process" ? [{ header: first.event, at: first.at, records }] : [];
    });
};
