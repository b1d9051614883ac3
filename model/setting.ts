/**
 * A setting: one protocol under one set of bounds, with everything spelt out that both worlds and the properties need to
 * know (who the clients are, what exactly they will send).
 */
import type { Parameters } from "./call.ts";
import { amongEndless } from "./endless.ts";
import { type ProcessName, processName } from "./name.ts";
import type { Bounds, Budget, Protocol } from "./protocol.ts";
import type { Bytes } from "./syscall.ts";

export interface ClientPlan {
  readonly name: ProcessName;
  /** A client with a wrong token. */
  readonly stranger: boolean;
  readonly token: Bytes;
  /** The lines that it sends, each with its `\n`. */
  readonly lines: readonly Bytes[];
  /** How many of them it sends over each of its connections, where there are several. */
  readonly stays?: readonly number[];
  /** Token and lines as they are written to the socket, one segment each. */
  readonly segments: readonly Bytes[];
}

export interface Setting {
  readonly protocol: Protocol;
  readonly parameters: Parameters;
  readonly bounds: Bounds;
  /** The token that opens the session. */
  readonly token: Bytes;
  readonly clients: readonly ClientPlan[];
  /** What the log holds before anything starts. */
  readonly stored: Bytes;
  readonly faults: Budget;
  /** Bytes that the disk has room for in a file; without it: as many as anybody wants. */
  readonly room?: number;
}

const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

const cut = (bytes: Bytes, pieces: number): Bytes[] => {
  const size = Math.max(1, Math.ceil(bytes.length / pieces));
  return bytes.match(new RegExp(`[^]{1,${size}}`, "g")) ?? [];
};

/** Lines of different clients differ in one byte and have equal length, so that permuting clients is a substitution. */
const linesOf = (client: number, messages: number): Bytes[] => {
  const letter = letters[client - 1];
  if (letter === undefined) throw new RangeError(`at most ${letters.length} clients can be told apart`);
  const width = String(messages).length;
  return Array.from({ length: messages }, (_, at) => `${letter}${String(at + 1).padStart(width, "0")}\n`);
};

const planSegments = (token: Bytes, lines: readonly Bytes[], bounds: Bounds): Bytes[] => {
  const body = lines.flatMap((line) => cut(line, bounds.segments));
  const head = cut(token, bounds.tokenSegments);
  if (!bounds.pipelined || body.length === 0) return [...head, ...body];
  return [...head.slice(0, -1), (head.at(-1) ?? "") + body[0], ...body.slice(1)];
};

/** What strangers show, one after the other: a wrong end, a wrong beginning, half a token and then silence, nothing. */
const strangerTokens = (length: number): readonly Bytes[] => [
  `${"k".repeat(length - 1)}x`,
  `x${"k".repeat(length - 1)}`,
  "k".repeat(Math.floor(length / 2)),
  "",
];

/**
 * Spells out a protocol under bounds. Throws a RangeError for more clients than can be told apart, and where there is no
 * endless environment for the protocol.
 */
export const settingOf = (protocol: Protocol, bounds: Bounds = protocol.bounds): Setting => {
  const { parameters } = protocol;
  const token = "k".repeat(parameters.tokenLength);
  const wrong = strangerTokens(parameters.tokenLength);
  const clients = Array.from({ length: bounds.clients + bounds.strangers }, (_, at): ClientPlan => {
    const stranger = at >= bounds.clients;
    const shown = stranger ? (wrong[(at - bounds.clients) % wrong.length] ?? "") : token;
    const lines = linesOf(at + 1, bounds.messages);
    return {
      name: processName("client", String(at + 1)),
      stranger,
      token: shown,
      lines,
      segments: planSegments(shown, shown.length < token.length ? [] : lines, bounds),
    };
  });
  const stored = Array.from({ length: bounds.stored }, (_, at) => `_${at + 1}\n`).join("");
  const setting = { protocol, parameters, bounds, token, clients, stored, faults: bounds.faults };
  return bounds.endless === true ? endlessly(setting) : setting;
};

/** The same among clients that never stop: each has one line, which it sends again and again, until the disk is full. */
const endlessly = (setting: Setting): Setting => {
  const { bounds, stored, parameters } = setting;
  const clients = Array.from({ length: bounds.clients }, (_, at): ClientPlan => {
    const lines = linesOf(at + 1, 1);
    return {
      name: processName("client", String(at + 1)),
      stranger: false,
      token: "",
      lines,
      segments: lines,
    };
  });
  const longest = Math.max(0, ...clients.flatMap(({ lines }) => lines.map(({ length }) => length)));
  const room = stored.length + bounds.messages * longest;
  return { ...setting, protocol: { ...amongEndless(setting.protocol, bounds), parameters }, clients, room };
};
