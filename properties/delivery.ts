/** Delivery: what each client has received, when nothing can move any more. */
import {
  type Bytes,
  brief,
  type ClientPlan,
  noticePrefix,
  type Property,
  type QuiescentEvent,
  type Seen,
  type Setting,
  splitLines,
  wholeLines,
} from "../model/index.ts";
import { completedBy, lastChatLine, legalLines, type Places, placesIn, placesOf } from "./lines.ts";
import { cluster, connects, daemonLife, isServer, logbook, owed, reception } from "./observers.ts";
import { isServed } from "./served.ts";

const shown = (lines: readonly Bytes[]): string =>
  lines.length > 3
    ? `${lines.slice(0, 3).map(brief).join(" ")} and ${lines.length - 3} more`
    : lines.map(brief).join(" ");

/** The chat lines that a client has received, without the server's notices. */
const chatLines = (bytes: Bytes): readonly Bytes[] =>
  splitLines(bytes).lines.filter((line) => !line.startsWith(noticePrefix));

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
  const has = new Set(received);
  const missed = log.slice(log.length - Math.max(owed, received.length)).filter((line) => !has.has(line));
  return missed.length === 0 ? null : missed;
};

/** What the first client that has missed something has missed; of those that `counts` accepts. */
const firstUndelivered = (
  event: QuiescentEvent,
  seen: Seen,
  setting: Setting,
  counts: (client: ClientPlan, line: Bytes) => boolean = () => true,
): string | null => {
  for (const client of setting.clients) {
    if (!isServed(client, event, seen)) continue;
    const missed = missedBy(client, event, seen, setting)?.filter((line) => counts(client, line)) ?? [];
    if (missed.length > 0)
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
  onQuiescence: (event, seen, setting) => firstUndelivered(event, seen, setting),
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
    const stream = `\n${bytes}`;
    const repeated = (line: Bytes) => stream.indexOf(`\n${line}`) !== stream.lastIndexOf(`\n${line}`);
    const twice = completedBy(event.result.bytes, bytes).find((line) => legal.has(line) && repeated(line));
    return twice === undefined ? null : `${event.process} received ${brief(twice)} twice`;
  },
};

/** Two of these lines that come the other way round than the places say, if there are any. */
const swapped = (received: readonly Bytes[], places: Places): readonly Bytes[] | null => {
  const placeOf = (line: Bytes | undefined) => places.get(line ?? "") ?? -1;
  const known = received.filter((line) => places.has(line));
  const at = known.findIndex((line, nth) => nth > 0 && placeOf(line) < placeOf(known[nth - 1]));
  return at > 0 ? known.slice(at - 1, at + 1) : null;
};

const notInOrder = (client: string, lines: readonly Bytes[]): string =>
  `${client} received ${shown(lines)}, the log has them the other way round`;

/** What it sends over each connection. Nobody has promised an order to lines of different ones, which different RECVs append. */
const sentTogether = ({ lines, stays = [lines.length] }: ClientPlan): (readonly Bytes[])[] =>
  stays.map((count, at) => {
    const from = stays.slice(0, at).reduce((sum, before) => sum + before, 0);
    return lines.slice(from, from + count);
  });

/** A client's lines that the log has in another order than the one in which they were sent; null where there are none. */
const reordered = (client: ClientPlan, log: readonly Bytes[]): string | null => {
  for (const sent of sentTogether(client)) {
    const places = placesOf(sent);
    if (swapped(log, places) === null) continue;
    const own = log.filter((line) => places.has(line));
    return `the log has ${client.name}'s lines as ${shown(own)}; it sent ${shown(sent)}`;
  }
  return null;
};

export const sameOrder: Property = {
  id: "P8",
  name: "same-order",
  kind: "always",
  says: "All clients receive lines in the log's order, and the log keeps the order of what was sent over one connection.",
  observers: [logbook, reception],
  onEvent: (event, seen) => {
    if (event.type !== "return" || event.result.type !== "data" || isServer(event.process)) return null;
    const { bytes } = seen.get(reception, event.process);
    const added = completedBy(event.result.bytes, bytes);
    const before = lastChatLine(bytes.slice(0, bytes.length - event.result.bytes.length));
    const wrong = swapped(
      before === undefined ? added : [before, ...added],
      placesIn(seen.get(logbook).content),
    );
    return wrong === null ? null : notInOrder(event.process, wrong);
  },
  onQuiescence: (event, seen, setting) => {
    const log = splitLines(event.log).lines;
    for (const client of setting.clients) {
      const { name } = client;
      const other = reordered(client, log);
      if (other !== null) return other;
      const wrong = swapped(chatLines(seen.get(reception, name).bytes), placesIn(event.log));
      if (wrong !== null) return notInOrder(name, wrong);
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
  startsWith: (event, seen) => connects(event) && seen.get(logbook).settled !== "",
  onQuiescence: (event, seen, setting) => {
    const history = new Set(splitLines(event.log).lines.slice(-setting.parameters.historyLines));
    for (const client of setting.clients) {
      if (!isServed(client, event, seen)) continue;
      const received = new Set(splitLines(seen.get(reception, client.name).bytes).lines);
      const due = splitLines(seen.get(owed, client.name)).lines.filter((line) => history.has(line));
      const missed = due.filter((line) => !received.has(line));
      if (missed.length > 0)
        return `${client.name} connected when ${shown(missed)} was in the log, and was never sent it`;
    }
    return null;
  },
};

/** The same for clients that two lives of the daemon have served: do old and new clusters still reach each other? */
export const undeliveredAcrossDaemons = (
  event: QuiescentEvent,
  seen: Seen,
  setting: Setting,
): string | null =>
  firstUndelivered(event, seen, setting, ({ name }, line) => {
    const sender = setting.clients.find(({ lines }) => lines.includes(line));
    return sender !== undefined && seen.get(daemonLife, sender.name) !== seen.get(daemonLife, name);
  });
