/** Lines: which ones there may be, and which ones some bytes have completed. */
import { type Bytes, noticePrefix, type Setting, splitLines } from "../model/index.ts";

const known = new WeakMap<Setting, ReadonlySet<Bytes>>();

/** The lines that were stored, and those that some client sends, strangers included. */
export const legalLines = (setting: Setting): ReadonlySet<Bytes> => {
  const legal =
    known.get(setting) ??
    new Set([...splitLines(setting.stored).lines, ...setting.clients.flatMap(({ lines }) => lines)]);
  known.set(setting, legal);
  return legal;
};

/** The lines of a stream that its last bytes have completed. */
export const completedBy = (last: Bytes, stream: Bytes): readonly Bytes[] => {
  const before = stream.slice(0, stream.length - last.length);
  return splitLines(stream.slice(before.lastIndexOf("\n") + 1)).lines;
};

/** The last chat line of a stream, without the server's notices; undefined where there is none. */
export const lastChatLine = (stream: Bytes): Bytes | undefined => {
  for (let end = stream.lastIndexOf("\n") + 1; end > 0; ) {
    const start = end < 2 ? 0 : stream.lastIndexOf("\n", end - 2) + 1;
    const line = stream.slice(start, end);
    if (!line.startsWith(noticePrefix)) return line;
    end = start;
  }
  return undefined;
};

export type Places = ReadonlyMap<Bytes, number>;

/** Where each line stands first. */
export const placesOf = (lines: readonly Bytes[]): Places => {
  const places = new Map<Bytes, number>();
  for (const [at, line] of lines.entries()) if (!places.has(line)) places.set(line, at);
  return places;
};

let latest: { readonly log: Bytes; readonly places: Places } = { log: "", places: new Map() };

/** The same of the whole lines of a log. The log is looked at far more often than it changes. */
export const placesIn = (log: Bytes): Places => {
  if (latest.log === log) return latest.places;
  const places = placesOf(splitLines(log).lines);
  latest = { log, places };
  return places;
};
