/** What the properties remember of the past, each thing once. Nearly all of it is a function of the world's state. */
import {
  type Bytes,
  type CallEvent,
  type Critical,
  clientOf,
  connectionId,
  type ExitEvent,
  type FaultEvent,
  indexOf,
  isSame,
  type Observer,
  type ProcessName,
  type ProgressEvent,
  type QuiescentEvent,
  type ReturnEvent,
  roleOf,
  type Setting,
  type StateMeta,
  splitLines,
  type TraceEvent,
  wholeLines,
} from "../model/index.ts";

export const isServer = (process: ProcessName): boolean => roleOf(process) !== "client";

/** The connection whose cluster a process belongs to; empty for clients and for whoever serves them all. */
export const clusterOf = (process: ProcessName): string =>
  isServer(process) && roleOf(process) !== "daemon" ? (indexOf(process).split(":")[0] ?? "") : "";

/** Whether a process belongs to a cluster of this client. */
export const serves = (process: ProcessName, client: ProcessName): boolean =>
  clusterOf(process) !== "" && clientOf(clusterOf(process)) === indexOf(client);

/** Whether a stopped process holds the lock: no protocol over flock survives that, so nothing is promised until it goes on. */
export const isLockFrozen = (event: QuiescentEvent): boolean =>
  event.processes.some(({ status, holdsLock }) => status === "stopped" && holdsLock);

const isInside = (event: TraceEvent): boolean =>
  event.type === "return" && (event.critical !== null || event.next.critical !== null);

/** Who is inside a critical section, and what for. */
export type Inside = Readonly<Record<string, Critical>>;
export const inside: Observer<Inside> = {
  id: "inside",
  initial: () => ({}),
  // Nothing else can change it, and a search tries all orders of what concerns the same observer.
  keyOf: (event) => (event.type === "exit" || isInside(event) ? "" : null),
  after: (state, event) => {
    if (event.type !== "return" && event.type !== "exit") return state;
    const now = event.type === "return" ? event.next.critical : null;
    if ((state[event.process] ?? null) === now) return state;
    const { [event.process]: _, ...others } = state;
    const entries = now === null ? Object.entries(others) : [...Object.entries(others), [event.process, now]];
    return Object.fromEntries(entries.sort());
  },
};

/** The log as its calls tell it. */
export interface Logbook {
  readonly [key: string]: Bytes | Readonly<Record<string, number>>;
  readonly content: Bytes;
  /** The whole lines that nobody is writing any more: a reader could have seen them, and relies on them. */
  readonly settled: Bytes;
  /** Who is inside a critical section to write, and where its first byte went (-1: none yet). */
  readonly writers: Readonly<Record<string, number>>;
}

const put = (content: Bytes, at: number, bytes: Bytes): Bytes =>
  content.slice(0, at).padEnd(at, "\0") + bytes + content.slice(at + bytes.length);

/** The log after an event, or null where the event does not change it. */
const changedLog = (content: Bytes, event: TraceEvent): Bytes | null => {
  if (event.type === "progress")
    return event.request.call === "write" ? put(content, event.at, event.bytes) : null;
  if (event.type !== "return") return null;
  const { request, result } = event;
  if (request.call === "ftruncate" && result.type === "ok")
    return content.slice(0, request.size).padEnd(request.size, "\0");
  if (request.call !== "write" || (result.type !== "ok" && result.type !== "short")) return null;
  return result.at === undefined ? null : put(content, result.at, request.bytes.slice(0, result.value));
};

export const logbook: Observer<Logbook> = {
  id: "logbook",
  initial: (setting) => ({ content: setting.stored, settled: wholeLines(setting.stored), writers: {} }),
  keyOf: (event) => {
    if (event.type === "exit" || event.type === "progress") return "";
    if (event.type !== "return") return null;
    const touches = event.critical === "write" || event.next.critical === "write";
    return touches || changedLog("", event) !== null ? "" : null;
  },
  after: (state, event) => {
    if (event.type !== "return" && event.type !== "exit" && event.type !== "progress") return state;
    const content = changedLog(state.content, event) ?? state.content;
    const writers = writersAfter(state.writers, event);
    const leaves = event.process in state.writers && !(event.process in writers);
    // Whoever writes outside any critical section has left it again at once: what stood before is settled.
    const outside = content !== state.content && !(event.process in state.writers);
    const settled = leaves
      ? settledIn(content, writers, state.settled)
      : outside
        ? settledIn(state.content, writers, state.settled)
        : state.settled;
    const after = { content, settled, writers };
    return isSame(after, state) ? state : after;
  },
};

const settledIn = (content: Bytes, writers: Logbook["writers"], settled: Bytes): Bytes => {
  const starts = Object.values(writers).filter((at) => at >= 0);
  const whole = wholeLines(content.slice(0, Math.min(content.length, ...starts)));
  return whole.startsWith(settled) ? whole : settled;
};

const writersAfter = (
  writers: Logbook["writers"],
  event: ReturnEvent | ExitEvent | ProgressEvent,
): Logbook["writers"] => {
  const { [event.process]: before, ...others } = writers;
  if (event.type === "progress" && before === undefined) return writers;
  if (event.type === "exit" || (event.type === "return" && event.next.critical !== "write")) return others;
  const at = writtenAt(event);
  const start = before === undefined ? -1 : before < 0 && at !== undefined ? at : before;
  return Object.fromEntries([...Object.entries(others), [event.process, start]].sort());
};

const writtenAt = (event: ReturnEvent | ProgressEvent): number | undefined => {
  if (event.type === "progress") return event.at;
  return event.request.call === "write" && "at" in event.result ? event.result.at : undefined;
};

/** What a client has, of its present or last connection. */
export interface Reception {
  readonly [key: string]: string | number;
  /** `cut`: the server closed it; `left`: the client did. */
  readonly state: "away" | "open" | "cut" | "left";
  /** Which of its connections this is, from 1. */
  readonly nth: number;
  /** Everything that it has been sent on it. */
  readonly bytes: Bytes;
}
export const reception: Observer<Reception> = {
  id: "reception",
  initial: () => ({ state: "away", nth: 0, bytes: "" }),
  keyOf: (event) => {
    if (!("process" in event) || isServer(event.process)) return null;
    if (event.type === "fault") return event.fault === "disconnect" ? event.process : null;
    return event.type === "return" ? event.process : null;
  },
  after: (state, event) => {
    // What a client had is of no interest any more when it is gone: all of it was looked at as it came.
    if (event.type === "fault") return { ...state, state: "left", bytes: "" };
    if (event.type !== "return") return state;
    const { request, result } = event;
    if (request.call === "connect" && result.type === "ok")
      return { state: "open", nth: state.nth + 1, bytes: "" };
    if (result.type === "ECONNREFUSED") return { ...state, state: "left", bytes: "" };
    if (result.type === "eof" || result.type === "ECONNRESET" || result.type === "EPIPE")
      return state.state === "open" ? { ...state, state: "cut", bytes: "" } : state;
    if (request.call === "close") return state.state === "open" ? { ...state, state: "left" } : state;
    if (request.call !== "read" || result.type !== "data") return state;
    return { ...state, bytes: state.bytes + result.bytes };
  },
};

/** The lines that stood in the log when a client connected, and that it has not received yet. */
export const owed: Observer<Bytes> = {
  id: "owed",
  initial: () => "",
  keyOf: (event) =>
    connects(event) ? event.process : event.type === "return" ? reception.keyOf(event) : null,
  after: (state, event, _, client, seen) => {
    if (connects(event)) return seen.get(logbook).settled;
    if (event.type !== "return" || state === "") return state;
    const { request, result } = event;
    if (request.call === "close" || result.type === "ECONNREFUSED") return "";
    const received = new Set(splitLines(seen.get(reception, client).bytes).lines);
    return splitLines(state).lines.every((line) => received.has(line)) ? "" : state;
  },
};

/**
 * Whether a client is about to connect. What was so when it called connect was so when it was connected; what is so when
 * the call's return is noted need not have been.
 */
export const connects = (event: TraceEvent): event is CallEvent =>
  event.type === "call" && event.request.call === "connect";

export const connectionOf = (client: ProcessName, { nth }: Reception): string =>
  connectionId(indexOf(client), nth);

/** What a client has written to its present connection, its token first. */
export const sent: Observer<Bytes> = {
  id: "sent",
  initial: () => "",
  keyOf: (event) => {
    if (!("process" in event) || isServer(event.process)) return null;
    if (event.type === "fault") return event.fault === "disconnect" ? event.process : null;
    return event.type === "return" && event.request.call !== "read" ? event.process : null;
  },
  after: (state, event) => {
    if (event.type !== "return" || event.request.call !== "write") return "";
    const { request, result } = event;
    return result.type === "ok" || result.type === "short"
      ? state + request.bytes.slice(0, result.value)
      : state;
  },
};

/** What a cluster's RECV has taken from its client. */
export const taken: Observer<Bytes> = {
  id: "taken",
  initial: () => "",
  keyOf: (event) =>
    (event.type === "return" || event.type === "exit") && roleOf(event.process) === "RECV"
      ? event.process
      : null,
  after: (state, event) => {
    if (event.type === "exit") return "";
    if (event.type !== "return" || event.request.call !== "read" || event.result.type !== "data")
      return state;
    return event.request.fd === "socket" ? state + event.result.bytes : state;
  },
};

/** The roles that a client's cluster consists of, in the order in which the protocol names them. */
export const clusterRoles = ({ protocol }: Setting): readonly string[] => {
  const alone = new Set(["daemon", ...protocol.start.map(({ role }) => role)]);
  return Object.keys(protocol.machines).filter((role) => !alone.has(role));
};

/**
 * What has become of a connection's cluster. `open`: its last process has been started; `shut-out`: it could not join
 * the group of the multicast; `struck`: a fault has hit one of its processes.
 */
export type ClusterState = "none" | "starting" | "open" | "shut-out" | "struck";
export const cluster: Observer<ClusterState> = {
  id: "cluster",
  initial: () => "none",
  keyOf: (event) => {
    if (event.type === "fault") return clusterOf(event.process) || null;
    if (event.type !== "return") return null;
    if (startsChild(event)) return clusterOf(event.result.name as ProcessName) || null;
    return isShutOut(event) ? clusterOf(event.process) || null : null;
  },
  after: (state, event, setting) => {
    if (event.type === "fault") return "struck";
    if (event.type !== "return" || state === "struck") return state;
    if (!startsChild(event)) return "shut-out";
    // On real processes a child may have done all that before its parent notes that it has started it.
    if (startsOthers(setting, roleOf(event.result.name as ProcessName)))
      return state === "none" ? "starting" : state;
    return state === "shut-out" ? state : "open";
  },
};

/** Whether the cluster goes on growing when a process of this role is there. */
const startsOthers = ({ protocol }: Setting, role: string): boolean =>
  Object.values(protocol.machines[role]?.states ?? {}).some(({ meta }) =>
    ["spawn", "fork"].includes((meta as StateMeta | undefined)?.call.call ?? ""),
  );

type Started = ReturnEvent & { readonly result: { readonly type: "ok"; readonly name: string } };
const startsChild = (event: ReturnEvent): event is Started =>
  (event.request.call === "spawn" || event.request.call === "fork") && event.result.type === "ok";

const isShutOut = (event: ReturnEvent): boolean =>
  event.request.call === "setpgid" && event.result.type === "EPERM";

/** Whether a process of the server belongs to no cluster. */
export const isApart = (process: ProcessName): boolean => isServer(process) && clusterOf(process) === "";

export const strikesServer = (event: TraceEvent): boolean => event.type === "fault" && isApart(event.process);

/**
 * How often a fault has hit the daemon, or what holds it up; and, because on real processes time passes between the two,
 * how often such a process has ended since.
 */
export const strikes: Observer<number> = {
  id: "strikes",
  initial: () => 0,
  keyOf: (event) => (strikesServer(event) || (event.type === "exit" && isApart(event.process)) ? "" : null),
  after: (state, event) => (event.type === "exit" && state === 0 ? 0 : state + 1),
};

/**
 * How often the daemon had been hit when a client last called connect: which of its lives serves it. None does (-1) where
 * the client itself was stopped: the time that it has to show its token may have run out.
 */
export const daemonLife: Observer<number> = {
  id: "daemon-life",
  initial: () => 0,
  keyOf: (event) => (connects(event) || stopsClient(event) ? event.process : null),
  after: (_state, event, _setting, _client, seen) => (connects(event) ? seen.get(strikes) : -1),
};

const stopsClient = (event: TraceEvent): event is FaultEvent =>
  event.type === "fault" && event.fault === "never-reads";
