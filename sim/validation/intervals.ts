/**
 * A trace of intervals, process by process: what each of them did, and between which moments. Nothing is assumed about the
 * order of what overlaps.
 *
 * Clients belong to the surroundings: what they send is taken from the trace, and so is that they come back. A client that
 * has been cut off and connects again is started anew, with the segments that it goes on to write; in the model itself a
 * client that comes back shows its token only.
 */
import {
  advance,
  type Bytes,
  type CallEvent,
  type FaultName,
  type ProcessName,
  type Request,
  type Result,
  roleOf,
  type Setting,
  type Signal,
  type Stamped,
  startMachine,
  type TraceEvent,
} from "../../model/index.ts";

/** A call: its effect, if it had one, lies between `from` and `to`. */
export interface CallEntry {
  readonly kind: "call";
  readonly from: number;
  readonly to: number;
  readonly state: string;
  readonly request: Request;
  /** Null where it never returned: it may have had its effect, or not. */
  readonly result: Result | null;
  readonly event: TraceEvent;
}

/** A fault: the process was hit at some moment after `from`. */
export interface FaultEntry {
  readonly kind: "fault";
  readonly from: number;
  readonly to: number;
  readonly fault: FaultName;
  readonly event: TraceEvent;
}

/** A client's stay: it connects, and writes these segments; `paced` if it waits for each line to come back. */
export interface StayEntry {
  readonly kind: "stay";
  readonly from: number;
  readonly to: number;
  readonly segments: readonly Bytes[];
  readonly paced: boolean;
  readonly event: TraceEvent;
}

/** A process was seen to have ended otherwise than by calling exit: it died before `to`. */
export interface DeathEntry {
  readonly kind: "death";
  readonly from: number;
  readonly to: number;
  readonly signal: Signal | null;
  readonly event: TraceEvent;
}

export type Entry = CallEntry | FaultEntry | StayEntry | DeathEntry;

/** What is known of one process, in its own order. */
export interface Track {
  readonly process: ProcessName;
  readonly entries: readonly Entry[];
  /** For each entry the moment by which it must be done: the end of the first one from there on that has an end. */
  readonly due: readonly number[];
}

const never = Number.POSITIVE_INFINITY;

const call = (event: CallEvent, at: number): CallEntry => {
  const { state, request } = event;
  return { kind: "call", from: at, to: never, state, request, result: null, event };
};

/** Faults after which a process goes on later, or not at all: they stand beside its calls. */
const interrupts: ReadonlySet<FaultName> = new Set(["stop", "cont", "never-reads"]);

/** Puts the events of one process into entries. */
class Recorder {
  readonly entries: Entry[] = [];
  readonly beside: Entry[] = [];
  private open: CallEntry | null = null;
  /** A fault that ends this life of the process; what it was still doing may be noted after it. */
  private fatal: FaultEntry | null = null;

  constructor(
    private readonly isClient: boolean,
    /** The states of a client's machine at the beginning of a stay, and after the end of one. */
    private readonly first: string,
    private readonly away: string,
  ) {}

  hear({ at, event }: Stamped): void {
    if (event.type === "call") this.call(event, at);
    if (event.type === "return") {
      if (this.open !== null) this.entries.push({ ...this.open, to: at, result: event.result, event });
      this.open = null;
    }
    if (event.type === "fault") this.fault({ kind: "fault", from: at, to: never, fault: event.fault, event });
    if (event.type === "exit" && this.open?.request.call !== "exit") {
      this.close();
      this.entries.push({ kind: "death", from: 0, to: at, signal: event.signal, event });
    }
  }

  /** The life of the process, or of this stay of it, is over. */
  close(): void {
    if (this.open !== null) this.entries.push(this.open);
    if (this.fatal !== null) this.entries.push(this.fatal);
    this.open = null;
    this.fatal = null;
  }

  private call(event: CallEvent, at: number): void {
    const startsAnew = this.isClient && event.state === this.first && (this.entries.length > 0 || this.fatal);
    // A call that goes on after it has had an effect is announced again.
    if (event.state === this.away && this.fatal !== null) this.close();
    const goesOn = this.open !== null && this.open.state === event.state && this.fatal === null;
    if (goesOn) return;
    if (startsAnew) {
      this.close();
      this.entries.push({ kind: "stay", from: 0, to: never, segments: [], paced: false, event });
    } else if (this.open !== null) this.entries.push(this.open);
    this.open = call(event, at);
  }

  private fault(entry: FaultEntry): void {
    if (entry.fault === "return") return; // seen by the connection that follows
    if (interrupts.has(entry.fault)) this.beside.push(entry);
    else this.fatal = entry;
  }
}

/** What a client writes from an entry on, until it is cut off or the trace ends. */
export const stayFrom = (entries: readonly Entry[], at: number): Pick<StayEntry, "segments" | "paced"> => {
  const segments: Bytes[] = [];
  let paced = false;
  for (const entry of entries.slice(at)) {
    if (entry.kind === "stay") break;
    if (entry.kind !== "call") continue;
    if (entry.request.call === "write") segments.push(entry.request.bytes);
    paced ||= entry.state === "awaitEcho";
  }
  return { segments, paced };
};

const trackOf = (process: ProcessName, recorded: readonly Entry[]): Track => {
  const entries = recorded.map((entry, at) =>
    entry.kind === "stay" ? { ...entry, ...stayFrom(recorded, at + 1) } : entry,
  );
  const due: number[] = [];
  for (let at = entries.length - 1; at >= 0; at--)
    due[at] = Math.min(entries[at]?.to ?? never, due[at + 1] ?? never);
  return { process, entries, due };
};

/** In a real run nobody starts a daemon again but its anchor. Where none comes after it, it was simply killed. */
const withoutOperator = ({ protocol }: Setting, events: readonly Stamped[]): readonly Stamped[] => {
  const isDaemon = ({ event }: Stamped) => "process" in event && roleOf(event.process) === "daemon";
  const daemons = new Set(events.filter(isDaemon).map(({ event }) => "process" in event && event.process));
  if (!protocol.start.some(({ role }) => role === "daemon") || daemons.size > 1) return events;
  return events.map(({ at, event }) => ({
    at,
    event: event.type === "fault" && event.fault === "daemon-restart" ? { ...event, fault: "crash" } : event,
  }));
};

/** The tracks of all processes, by the order in which they first appear. Events must be sorted by time. */
export const tracksOf = (setting: Setting, events: readonly Stamped[]): Track[] => {
  const recorders = new Map<ProcessName, Recorder>();
  const { client } = setting.protocol;
  const fresh = startMachine(client, { parameters: setting.parameters, token: "", segments: [] });
  const away = advance(client, fresh, { type: "disconnect" });
  for (const stamped of withoutOperator(setting, events)) {
    if (!("process" in stamped.event)) continue;
    const { process } = stamped.event;
    const recorder =
      recorders.get(process) ?? new Recorder(roleOf(process) === "client", fresh.state, away.state);
    recorders.set(process, recorder);
    recorder.hear(stamped);
  }
  return [...recorders].flatMap(([process, recorder]) => {
    recorder.close();
    const own = [recorder.entries, recorder.beside].filter(({ length }) => length > 0);
    return own.map((entries) => trackOf(process, entries));
  });
};
