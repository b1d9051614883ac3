/** What clients of a campaign send: lines as people write them, and everything that is none. Each line is another one. */
import { Buffer } from "node:buffer";
import { type Bytes, noticePrefix } from "../../model/index.ts";
import type { Dice } from "../dice.ts";

const words = ["papaya", "grüße", "¿qué tal?", "привет", "🍈", "ok", "see you at five", "…", "日本語"];

const encode = (text: string): Bytes => Buffer.from(text, "utf8").toString("latin1");

/** A line that a server stores; now and then one of exactly the limit. */
export const goodLine = (dice: Dice, id: string, limit: number): Bytes => {
  const text = Array.from({ length: 1 + dice.below(6) }, () => dice.pick(words)).join(" ");
  const line = encode(`${id}: ${text}`);
  return dice.chance(0.02) ? longLine(id, limit) : `${line}\n`;
};

/** A line of exactly so many bytes, its `\n` included. */
export const longLine = (id: string, length: number): Bytes =>
  `${encode(`${id}: `).padEnd(length - 1, "=")}\n`;

/** What a server has to refuse, each with one notice: too long, control characters, bytes that are no text, its own prefix. */
export const badLine = (dice: Dice, id: string, limit: number): Bytes =>
  dice.pick([
    longLine(id, limit + 1),
    longLine(id, 3 * limit),
    `${id}: \0\n`,
    `${id}: \x1b[2J\n`,
    `${id}: \xff\xfe\n`,
    `${id}: \xc3\n`,
    `${noticePrefix}${id}\n`,
  ]);

/** The same bytes in pieces, cut anywhere: in the middle of a line, of a character, between lines. */
export const inSegments = (dice: Dice, bytes: Bytes, pieces: number): Bytes[] => {
  const cuts = Array.from({ length: pieces - 1 }, () => 1 + dice.below(Math.max(1, bytes.length - 1)));
  const places = [0, ...new Set(cuts.sort((a, b) => a - b)), bytes.length];
  return places.slice(1).map((to, at) => bytes.slice(places[at], to));
};
