/**
 * Lines: the one parser that RECV, the properties and the real server share. A line is its bytes with the `\n`.
 */
import type { Bytes } from "./syscall.ts";

/** Lines that start so come from the server itself; no client may send one. */
export const noticePrefix = "* ";

export const notices = {
  tooLong: "* refused: the line is too long\n",
  controlBytes: "* refused: the line has bytes that are no text\n",
  reserved: "* refused: a line must not start with '* '\n",
  diskFull: "* not stored: the disk is full, send it again later\n",
} as const;

/** Whole lines of a byte string, and the fragment that follows the last `\n`. */
export const splitLines = (bytes: Bytes): { readonly lines: readonly Bytes[]; readonly rest: Bytes } => {
  const end = bytes.lastIndexOf("\n") + 1;
  const lines = bytes.slice(0, end).match(/[^\n]*\n/g) ?? [];
  return { lines, rest: bytes.slice(end) };
};

/** The whole lines of a byte string, as one string: what a reader may deliver of it. */
export const wholeLines = (bytes: Bytes): Bytes => bytes.slice(0, bytes.lastIndexOf("\n") + 1);

/** What follows the last `\n`: the beginning of a line. */
export const restOf = (bytes: Bytes): Bytes => bytes.slice(bytes.lastIndexOf("\n") + 1);

const utf8 = new TextDecoder("utf-8", { fatal: true });

const isText = (line: Bytes): boolean => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control bytes are what is looked for
  if (/[\x00-\x1f\x7f]/.test(line.slice(0, -1))) return false;
  if (!/[\x80-\xff]/.test(line)) return true;
  try {
    const text = utf8.decode(Uint8Array.from(line, (byte) => byte.charCodeAt(0)));
    return !/[\x80-\x9f]/.test(text); // C1 control codes, which terminals obey as well
  } catch {
    return false;
  }
};

/** Why a line (with its `\n`) is refused: a notice, or null for a line that may be stored. */
export const refusalOf = (line: Bytes, limit: number): Bytes | null => {
  if (line.length > limit) return notices.tooLong;
  if (line.startsWith(noticePrefix)) return notices.reserved;
  return isText(line) ? null : notices.controlBytes;
};

export interface Framed {
  /** Whole lines that may be stored, as one string. */
  readonly lines: Bytes;
  /** The notices for those that may not. */
  readonly refusals: Bytes;
  /** What waits for its `\n`; never longer than the limit, one byte more marks a line already too long. */
  readonly rest: Bytes;
}

/** Frames what a client has sent so far: `rest` of the last call, then new bytes. */
export const frameLines = (buffered: Bytes, bytes: Bytes, limit: number): Framed => {
  const { lines, rest } = splitLines(buffered + bytes);
  const refusals = lines.map((line) => refusalOf(line, limit));
  return {
    lines: lines.filter((_, at) => refusals[at] === null).join(""),
    refusals: refusals.filter((notice) => notice !== null).join(""),
    rest: rest.slice(0, limit + 1),
  };
};
