/** Lines as text that a terminal can be given: whatever others have sent, it does nothing but stand there. */
import { Buffer } from "node:buffer";
import type { Bytes } from "../../model/index.ts";

/** The bytes that a text is sent as. */
export const encode = (text: string): Bytes => Buffer.from(text, "utf8").toString("latin1");

/**
 * C0 and C1 control codes, which terminals obey; line and paragraph separators; and the codes that turn the direction of
 * what follows, so that a line would read as it is not. Arabic and Hebrew need none of them.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const harmful = /[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** A picture of a control code where Unicode has one (␛ for ESC), the sign for what cannot be shown where it has none. */
const picture = (character: string): string => {
  const code = character.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? "␡" : "�";
};

/** The same text with nothing in it that a terminal would obey. Every character stays one character. */
export const harmless = (text: string): string => text.replace(harmful, picture);

/** A line (with or without its `\n`) as text. Bytes that are no UTF-8 become the sign for what cannot be shown. */
export const readable = (line: Bytes): string =>
  harmless(Buffer.from(line.endsWith("\n") ? line.slice(0, -1) : line, "latin1").toString("utf8"));

/** Whose line it is, and what it says, as clients write it: `name: text`. Null where it is nobody's. */
export const speakerOf = (text: string): { readonly name: string; readonly says: string } | null => {
  const [, name, says] = /^([^:]{1,64}): (.*)$/s.exec(text) ?? [];
  return name === undefined || says === undefined ? null : { name, says };
};

/** Which of `count` colours a name has: always the same one. */
export const shadeOf = (name: string, count: number): number => {
  let sum = 0;
  for (const character of name) sum = (Math.imul(sum, 31) + (character.codePointAt(0) ?? 0)) >>> 0;
  return sum % count;
};
