/** The log: what is in it stays, whole and once. */
import {
  type Bytes,
  brief,
  clientOf,
  frameLines,
  noticePrefix,
  notices,
  type ProcessName,
  type ProgressEvent,
  type Property,
  processName,
  type QuiescentEvent,
  type ReturnEvent,
  restOf,
  roleOf,
  type Seen,
  type Setting,
  splitLines,
  type TraceEvent,
} from "../model/index.ts";
import { completedBy, legalLines } from "./lines.ts";
import {
  cluster,
  clusterOf,
  isLockFrozen,
  isServer,
  logbook,
  reception,
  sent,
  serves,
  taken,
} from "./observers.ts";
import { isServed } from "./served.ts";

const count = (lines: readonly Bytes[], line: Bytes): number =>
  lines.filter((other) => other === line).length;

/** The whole lines that a write(2), from its first byte to its last, has touched. */
const linesTouched = (content: Bytes, at: number, length: number): readonly Bytes[] => {
  const start = content.slice(0, at).lastIndexOf("\n") + 1;
  return splitLines(content.slice(start, at + length)).lines;
};

/** A line that was settled and that the log does not have any more. */
const goneFrom = (content: Bytes, settled: Bytes): Bytes | undefined => {
  if (content.startsWith(settled)) return undefined;
  const lines = new Set(splitLines(content).lines);
  return splitLines(settled).lines.find((line) => !lines.has(line));
};

type LogChange = ReturnEvent | ProgressEvent;

/** Whether an event has changed the log: a write that says where, or a truncation. */
const changesLog = (event: TraceEvent): event is LogChange => {
  if (event.type === "progress") return true;
  if (event.type !== "return") return false;
  const { request, result } = event;
  return (
    (request.call === "ftruncate" && result.type === "ok") || (request.call === "write" && "at" in result)
  );
};

export const noLostMessage: Property = {
  id: "P1",
  name: "no-lost-message",
  kind: "always",
  says: "A line that a served client has sent, or RECV has taken, comes into the log exactly once, and stays there.",
  observers: [logbook, taken, sent, reception, cluster],
  onEvent: (event, seen, setting) => {
    if (!changesLog(event)) return null;
    const { content, settled } = seen.get(logbook);
    const gone = goneFrom(content, settled);
    if (gone !== undefined)
      return `${event.process}'s ${event.request.call} took the line ${brief(gone)} out of the log`;
    if (event.type !== "return" || event.result.type !== "ok" || event.request.call !== "write") return null;
    const legal = legalLines(setting);
    const { lines } = splitLines(content);
    for (const line of linesTouched(content, event.result.at ?? 0, event.result.value)) {
      if (!legal.has(line))
        return `${event.process}'s append has returned, but the log has ${brief(line)} there, which nobody sent`;
      if (count(lines, line) > 1) return `the line ${brief(line)} is in the log ${count(lines, line)} times`;
    }
    return null;
  },
  onQuiescence: (event, seen, setting) => {
    if (isLockFrozen(event)) return null;
    const { lines } = splitLines(event.log);
    for (const { name, status, request } of event.processes) {
      const isIdle = status === "blocked" && (request?.call === "poll" || request?.call === "read");
      if (roleOf(name) !== "RECV" || !isIdle) continue;
      const lost = storable(seen.get(taken, name), setting).find((line) => count(lines, line) !== 1);
      if (lost !== undefined && !wasTold(event, seen, name))
        return `${name} has taken the line ${brief(lost)}, nothing can move any more, and it is in the log ${count(lines, lost)} times`;
    }
    return neverTaken(event, seen, setting);
  },
};

/** A line that a client has sent to a cluster that nobody has touched, and that is not in the log. */
const neverTaken = (event: QuiescentEvent, seen: Seen, setting: Setting): string | null => {
  const { lines } = splitLines(event.log);
  for (const client of setting.clients) {
    if (!isServed(client, event, seen) || hasNotice(seen, client.name)) continue;
    const lost = storable(seen.get(sent, client.name), setting).find((line) => count(lines, line) !== 1);
    if (lost !== undefined)
      return `${client.name} has sent the line ${brief(lost)}, nothing can move any more, and it is in the log ${count(lines, lost)} times`;
  }
  return null;
};

/** The lines in what a RECV has taken that belong into the log; in `published` the token comes first. */
const storable = (bytes: Bytes, setting: Setting): readonly Bytes[] => {
  // A line may begin as the token does.
  const isLine = legalLines(setting).has(splitLines(bytes).lines[0] ?? "");
  const sent = bytes.startsWith(setting.token) && !isLine ? bytes.slice(setting.token.length) : bytes;
  return splitLines(frameLines("", sent, setting.parameters.lineLimit).lines).lines;
};

/** Notices for lines that never were to be stored; they excuse none that was. */
const refusals: ReadonlySet<Bytes> = new Set([notices.tooLong, notices.reserved, notices.controlBytes]);

/** Whether the client of this RECV has had a notice that a line was not stored, or nobody could tell it. */
const wasTold = (event: QuiescentEvent, seen: Seen, recv: ProcessName): boolean => {
  const client = processName("client", clientOf(clusterOf(recv)));
  const reads = event.processes.some(({ name, status }) => name === client && status === "blocked");
  const isFrozen = event.processes.some(
    ({ name, status }) => status === "stopped" && clusterOf(name) === clusterOf(recv),
  );
  return !reads || isFrozen || hasNotice(seen, client);
};

const hasNotice = (seen: Seen, client: ProcessName): boolean =>
  splitLines(seen.get(reception, client).bytes).lines.some(
    (line) => line.startsWith(noticePrefix) && !refusals.has(line),
  );

export const noTornMessage: Property = {
  id: "P2",
  name: "no-torn-message",
  kind: "always",
  says: "What SEND reads and what a client receives is whole lines, never a cut or interleaved one.",
  observers: [logbook, reception],
  onEvent: (event, seen, setting) => {
    if (event.type !== "return" || event.result.type !== "data") return null;
    const { process, request, result } = event;
    if (request.call !== "read" && request.call !== "pread") return null;
    if (isServer(process)) {
      if (roleOf(process) !== "SEND") return null;
      const { content, writers } = seen.get(logbook);
      const rest = restOf(content);
      const readTo = result.at === undefined ? 0 : result.at + result.bytes.length;
      if (rest === "") return null;
      const writing = Object.keys(writers).filter((writer) => (writers[writer] ?? -1) >= 0);
      return writing.length > 0 && readTo > content.length - rest.length
        ? `${process} read ${brief(rest)}, half of what ${writing.join(" and ")} is still writing`
        : null;
    }
    const { bytes } = seen.get(reception, process);
    return tornIn(completedBy(result.bytes, bytes), restOf(bytes), process, setting);
  },
  onQuiescence: (event, seen, setting) => {
    for (const { name } of setting.clients) {
      const { state, bytes } = seen.get(reception, name);
      const rest = restOf(bytes);
      const reads = event.processes.some((process) => process.name === name && process.status === "blocked");
      if (state === "open" && reads && rest !== "" && isWholeCluster(event, name))
        return `${name} has received ${brief(rest)}, and the rest of that line will never come`;
    }
    return null;
  },
};

/** Whether there are processes that serve a client, and nobody has killed or stopped any. */
const isWholeCluster = (event: QuiescentEvent, client: ProcessName): boolean => {
  const own = event.processes.filter(({ name }) => serves(name, client));
  return own.length > 0 && own.every(({ status }) => status === "blocked");
};

/** Why these lines, and the beginning of one, cannot be whole lines that were sent. */
const tornIn = (lines: readonly Bytes[], rest: Bytes, client: string, setting: Setting): string | null => {
  const legal = legalLines(setting);
  const torn = lines.find((line) => !legal.has(line) && !line.startsWith(noticePrefix));
  if (torn !== undefined) return `${client} received ${brief(torn)}, a line that nobody sent`;
  const begins =
    rest === "" || [noticePrefix, ...legal].some((line) => line.startsWith(rest) || rest.startsWith(line));
  return begins ? null : `${client} received ${brief(rest)}, with which no line begins that anybody sent`;
};

export const appendOnly: Property = {
  id: "P5",
  name: "append-only",
  kind: "always",
  says: "Whole lines that a reader could have seen in the log never change.",
  observers: [logbook],
  onEvent: (event, seen) => {
    if (!changesLog(event)) return null;
    const { content, settled } = seen.get(logbook);
    if (content.startsWith(settled)) return null;
    return `${event.process}'s ${event.request.call} changed what stood in the log: ${brief(settled)} is now ${brief(content)}`;
  },
};
