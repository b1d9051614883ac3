/** Lines: which ones there may be, and which ones some bytes have completed. */
import { type Bytes, type Setting, splitLines } from "../model/index.ts";

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
