/** What the clients of a real run do, and what is done to the server: spelt out from a seed, so that a run can be repeated. */
import { Buffer } from "node:buffer";
import type { Bytes } from "../model/index.ts";
import { Dice } from "./dice.ts";

/** One connection of a client. All moments are numbers of lines in the log, not times. */
export interface Stay {
  /** The client connects when the log has this many lines. */
  readonly joinAt: number;
  /** The client is cut off when the log has this many lines; null for never. */
  readonly leaveAt: number | null;
  /** What it writes to its socket, one segment each. */
  readonly segments: readonly Bytes[];
  /** Whether it waits for each line to come back before it sends the next one. */
  readonly paced: boolean;
}

export interface PlannedClient {
  readonly name: string;
  readonly stranger: boolean;
  readonly stays: readonly Stay[];
}

export interface Plan {
  readonly token: Bytes;
  readonly clients: readonly PlannedClient[];
  /** The daemon is killed when the log has this many lines; null for never. */
  readonly killDaemonAt: number | null;
}

export interface PlanOptions {
  readonly clients: number;
  /** Lines that each client sends. */
  readonly lines: number;
  readonly seed: string;
  readonly lineLimit: number;
  readonly tokenLength: number;
}

const people = ["ana", "béla", "chloé", "дима", "eve", "फातिमा", "gül", "héctor", "いずみ", "jürgen"];
const words = [
  "hello",
  "papaya",
  "grüße",
  "¿qué tal?",
  "привет",
  "🍈",
  "ok",
  "see you at five",
  "…",
  "日本語",
];

/** Text as the bytes that it is sent as. */
const encode = (text: string): Bytes => Buffer.from(text, "utf8").toString("latin1");

const lineOf = (dice: Dice, client: number, nth: number, options: PlanOptions): Bytes => {
  const name = `${people[(client - 1) % people.length]}${client}`;
  const text = Array.from({ length: 1 + dice.below(6) }, () => dice.pick(words)).join(" ");
  const line = encode(`${name}: ${text} #${nth}\n`);
  if (!dice.chance(0.03)) return line;
  // Now and then a line of exactly the limit.
  return `${line.slice(0, -1).padEnd(options.lineLimit - 1, "=")}\n`;
};

const cutSomewhere = (dice: Dice, bytes: Bytes): Bytes[] => {
  const at = 1 + dice.below(bytes.length - 1);
  return [bytes.slice(0, at), bytes.slice(at)];
};

/** Lines as segments: one each, split over two, or many in one burst. */
const segmentsOf = (dice: Dice, lines: readonly Bytes[], style: "plain" | "split" | "burst"): Bytes[] => {
  if (style === "plain") return [...lines];
  if (style === "split") return lines.flatMap((line) => cutSomewhere(dice, line));
  const bursts: Bytes[] = [];
  for (let at = 0; at < lines.length; at += 100) bursts.push(lines.slice(at, at + 100).join(""));
  return bursts;
};

/**
 * A workload with everything in it that a server has to stand: clients that join in the middle, one that leaves and comes
 * back, split lines and tokens, bursts over any buffer, a token and a first line in one segment, two strangers (a wrong
 * token; half a token and then silence), and a daemon that is killed in mid-run.
 */
export const makePlan = (options: PlanOptions): Plan => {
  const dice = new Dice(`plan ${options.seed}`);
  const token = Array.from({ length: options.tokenLength }, () => dice.below(16).toString(16)).join("");
  const total = options.clients * options.lines;
  const clients = Array.from({ length: options.clients }, (_, at): PlannedClient => {
    const number = at + 1;
    const lines = Array.from({ length: options.lines }, (__, nth) => lineOf(dice, number, nth + 1, options));
    const joinAt = number > 1 && dice.chance(0.4) ? dice.below(Math.ceil(total / 2)) : 0;
    const style = dice.pick(["plain", "plain", "split", "burst"] as const);
    const paced = style !== "burst" && dice.chance(0.6);
    const pipelined = dice.chance(0.4);
    const leaves = number > 1 && (number === 2 || dice.chance(0.2));
    const kept = leaves ? Math.ceil(lines.length / 2) : lines.length;
    const stay = (own: readonly Bytes[], joins: number, leaveAt: number | null): Stay => {
      const [first = "", ...rest] = segmentsOf(dice, own, style);
      const head = dice.chance(0.2) ? cutSomewhere(dice, token) : [token];
      const segments = pipelined
        ? [...head.slice(0, -1), head.at(-1) + first, ...rest]
        : [...head, first, ...rest];
      return { joinAt: joins, leaveAt, segments: segments.filter((segment) => segment !== ""), paced };
    };
    const leaveAt = joinAt + Math.ceil(total / 4) + dice.below(Math.ceil(total / 8));
    const returnAt = leaveAt + dice.below(Math.ceil(total / 8));
    return {
      name: `client[${number}]`,
      stranger: false,
      stays: leaves
        ? [stay(lines.slice(0, kept), joinAt, leaveAt), stay(lines.slice(kept), returnAt, null)]
        : [stay(lines, joinAt, null)],
    };
  });
  const wrong = `${token.slice(0, -1)}${token.endsWith("0") ? "1" : "0"}`;
  const stranger = (nth: number, segments: Bytes[]): PlannedClient => ({
    name: `client[${options.clients + nth}]`,
    stranger: true,
    stays: [{ joinAt: dice.below(Math.ceil(total / 2)), leaveAt: null, segments, paced: false }],
  });
  return {
    token,
    clients: [
      ...clients,
      stranger(1, [wrong, encode("mallory: let me in\n")]),
      stranger(2, [token.slice(0, Math.floor(token.length / 2))]),
    ],
    killDaemonAt: Math.floor(total / 3) + dice.below(Math.ceil(total / 3)),
  };
};
