/** Delivery: what each client has received, when nothing can move any more. */
import {
  type Bytes,
  type ClientPlan,
  noticePrefix,
  type Property,
  type QuiescentEvent,
  type Seen,
  type Setting,
  splitLines,
  wholeLines,
} from "../model/index.ts";
import { completedBy, legalLines } from "./lines.ts";
import {
  cluster,
  connectionOf,
  daemonStruck,
  isLockFrozen,
  isServer,
  logbook,
  owed,
  reception,
  serves,
} from "./observers.ts";

const shown = (lines: readonly Bytes[]): string =>
  lines.length === 0 ? "nothing" : lines.map((line) => JSON.stringify(line)).join(" ");

/** The chat lines that a client has received, without the server's notices. */
const chatLines = (bytes: Bytes): readonly Bytes[] =>
  splitLines(bytes).lines.filter((line) => !line.startsWith(noticePrefix));

/** Whether the server still owes this client anything: it is connected, reads, and no fault has hit its cluster. */
export const isServed = (client: ClientPlan, event: QuiescentEvent, seen: Seen): boolean => {
  const received = seen.get(reception, client.name);
  if (client.stranger || received.state !== "open") return false;
  if (seen.get(cluster, connectionOf(client.name, received)) !== "open") return false;
  const own = event.processes.filter(({ name }) => name === client.name || serves(name, client.name));
  return own.every(({ status }) => status !== "stopped") && !isLockFrozen(event);
};

/** What a client has missed of the log, or null. With a bounded history it may start late, but not stop early. */
const missedBy = (
  client: ClientPlan,
  event: QuiescentEvent,
  seen: Seen,
  setting: Setting,
): Bytes[] | null => {
  const log = splitLines(wholeLines(event.log)).lines;
  const received = chatLines(seen.get(reception, client.name).bytes);
  const owed = Math.min(log.length, setting.parameters.historyLines);
  const missed = log
    .slice(log.length - Math.max(owed, received.length))
    .filter((line) => !received.includes(line));
  return missed.length === 0 ? null : missed;
};

export const firstUndelivered = (event: QuiescentEvent, seen: Seen, setting: Setting): string | null => {
  for (const client of setting.clients) {
    if (!isServed(client, event, seen)) continue;
    const missed = missedBy(client, event, seen, setting);
    if (missed !== null)
      return `nothing can move any more, and ${client.name} has not received ${shown(missed)}`;
  }
  return null;
};

export const everyMessageDelivered: Property = {
  id: "P6",
  name: "every-message-delivered",
  kind: "at-quiescence",
  says: "When nothing can move any more, each connected client has received the whole log from its starting point.",
  observers: [reception, cluster],
  onQuiescence: firstUndelivered,
};

export const noDuplicate: Property = {
  id: "P7",
  name: "no-duplicate",
  kind: "always",
  says: "No client receives a line twice on one connection.",
  observers: [reception],
  onEvent: (event, seen, setting) => {
    if (event.type !== "return" || event.request.call !== "read" || isServer(event.process)) return null;
    if (event.result.type !== "data") return null;
    const legal = legalLines(setting);
    const { bytes } = seen.get(reception, event.process);
    const repeated = (line: Bytes) =>
      `\n${bytes}`.indexOf(`\n${line}`) !== `\n${bytes}`.lastIndexOf(`\n${line}`);
    const twice = completedBy(event.result.bytes, bytes).find((line) => legal.has(line) && repeated(line));
    return twice === undefined ? null : `${event.process} received ${JSON.stringify(twice)} twice`;
  },
};

export const sameOrder: Property = {
  id: "P8",
  name: "same-order",
  kind: "at-quiescence",
  says: "All clients receive lines in the log's order, and the log keeps each sender's own order.",
  observers: [reception],
  onQuiescence: (event, seen, setting) => {
    const log = splitLines(event.log).lines;
    for (const { name, lines } of setting.clients) {
      const own = log.filter((line) => lines.includes(line));
      const inOrder = own.every(
        (line, at) => at === 0 || lines.indexOf(own[at - 1] ?? "") <= lines.indexOf(line),
      );
      if (!inOrder) return `the log has ${name}'s lines as ${shown(own)}; it sent ${shown(lines)}`;
      const received = chatLines(seen.get(reception, name).bytes).filter((line) => log.includes(line));
      const places = received.map((line) => log.indexOf(line));
      const at = places.findIndex((place, nth) => nth > 0 && place < (places[nth - 1] ?? 0));
      if (at > 0)
        return `${name} received ${shown(received.slice(at - 1, at + 1))}, the log has them the other way round`;
    }
    return null;
  },
};

export const lateJoinerCatchesUp: Property = {
  id: "P9",
  name: "late-joiner-catches-up",
  kind: "at-quiescence",
  says: "A client that connects when there are lines in the log already is sent them, from the start of its history.",
  observers: [logbook, reception, cluster, owed],
  startsWith: (event, seen) =>
    event.type === "return" &&
    event.request.call === "connect" &&
    event.result.type === "ok" &&
    seen.get(logbook).settled !== "",
  onQuiescence: (event, seen, setting) => {
    const history = splitLines(event.log).lines.slice(-setting.parameters.historyLines);
    for (const client of setting.clients) {
      if (!isServed(client, event, seen)) continue;
      const missed = splitLines(seen.get(owed, client.name)).lines.filter((line) => history.includes(line));
      if (missed.length > 0)
        return `${client.name} connected when ${shown(missed)} was in the log, and was never sent it`;
    }
    return null;
  },
};

/** The same as P6, but only after the daemon was hit: do old and new clusters still reach each other? */
export const undeliveredAfterDaemon = (event: QuiescentEvent, seen: Seen, setting: Setting): string | null =>
  seen.get(daemonStruck) ? firstUndelivered(event, seen, setting) : null;
