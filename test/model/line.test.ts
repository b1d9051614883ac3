/** Lines: how bytes are framed, and which lines are refused (system.md, section 5). */
import { fc, test as law } from "@fast-check/vitest";
import { describe, expect, test } from "vitest";
import { frameLines, noticePrefix, notices, refusalOf, splitLines, wholeLines } from "../../model/index.ts";

const utf8 = (text: string): string => Buffer.from(text, "utf8").toString("latin1");

/** Bytes with many line ends, half lines, long lines, notices, control bytes, and what is and is not UTF-8. */
const piece = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom("\n", "a", "bc\n", "long line\n", "\r\n", "\0", "\x7f", "\xff", "*"),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom("* x\n", " * x\n", "*x\n", utf8("é\n"), utf8("👍"), utf8("é").slice(0, 1)),
  },
  { weight: 1, arbitrary: fc.string({ unit: "binary-ascii", maxLength: 12 }) },
);
const pieces = fc.array(piece, { maxLength: 12 });
const limits = fc.integer({ min: 1, max: 12 });

/** What comes of bytes that arrive in these pieces. */
const frameAll = (arriving: readonly string[], limit: number) =>
  arriving.reduce(
    (before, bytes) => {
      const { lines, refusals, rest } = frameLines(before.rest, bytes, limit);
      return { lines: before.lines + lines, refusals: before.refusals + refusals, rest };
    },
    { lines: "", refusals: "", rest: "" },
  );

describe("splitting", () => {
  law.prop([pieces])("loses nothing: lines and rest are the bytes again", (arriving) => {
    const bytes = arriving.join("");
    const { lines, rest } = splitLines(bytes);
    expect(lines.join("") + rest).toBe(bytes);
    expect(wholeLines(bytes)).toBe(lines.join(""));
  });
  law.prop([pieces])(
    "gives lines with one line end each, at their end, and a rest without any",
    (arriving) => {
      const { lines, rest } = splitLines(arriving.join(""));
      for (const line of lines) expect(line.indexOf("\n")).toBe(line.length - 1);
      expect(rest).not.toContain("\n");
    },
  );
  test("takes a line end alone for a line", () =>
    expect(splitLines("\n\na")).toEqual({ lines: ["\n", "\n"], rest: "a" }));
});

describe("framing", () => {
  law.prop([pieces, limits])("is independent of how the bytes are cut", (arriving, limit) => {
    const bytes = arriving.join("");
    const whole = frameAll([bytes], limit);
    expect(frameAll(arriving, limit)).toEqual(whole);
    expect(frameAll(bytes.split(""), limit)).toEqual(whole);
  });
  law.prop([pieces, limits])(
    "stores each line that is not refused, in order, and nothing else",
    (arriving, limit) => {
      const { lines } = splitLines(arriving.join(""));
      const kept = lines.filter((line) => refusalOf(line, limit) === null);
      expect(frameAll(arriving, limit).lines).toBe(kept.join(""));
    },
  );
  law.prop([pieces, limits])("gives one notice for each line that is refused", (arriving, limit) => {
    const { lines } = splitLines(arriving.join(""));
    const kept = splitLines(frameAll(arriving, limit).lines).lines;
    const told = splitLines(frameAll(arriving, limit).refusals).lines;
    expect(kept.length + told.length).toBe(lines.length);
    for (const notice of told) expect(Object.values(notices)).toContain(notice);
  });
  law.prop([pieces, limits])(
    "keeps no more of an unfinished line than shows that it is too long",
    (arriving, limit) => {
      const { rest } = splitLines(arriving.join(""));
      expect(frameAll(arriving, limit).rest).toBe(rest.slice(0, limit + 1));
    },
  );
  test("joins a line that came in two pieces", () =>
    expect(frameLines("a", "1\nb", 9)).toEqual({ lines: "a1\n", refusals: "", rest: "b" }));
  test("refuses a line among others, and loses none of them", () =>
    expect(frameLines("", "a\n* b\nc\n", 9)).toEqual({
      lines: "a\nc\n",
      refusals: notices.reserved,
      rest: "",
    }));
});

describe("a line", () => {
  const limit = 8;

  test("may be as long as the limit, its line end included, and no longer", () => {
    expect(refusalOf("1234567\n", limit)).toBeNull();
    expect(refusalOf("12345678\n", limit)).toBe(notices.tooLong);
  });
  test("is measured in bytes, not in characters", () => {
    expect(refusalOf(utf8("éé123\n"), limit)).toBeNull();
    expect(refusalOf(utf8("éé1234\n"), limit)).toBe(notices.tooLong);
  });
  test("may be empty", () => expect(refusalOf("\n", limit)).toBeNull());
  test("must not start like a notice of the server", () => {
    expect(refusalOf("* \n", limit)).toBe(notices.reserved);
    expect(refusalOf("*\n", limit)).toBeNull();
    expect(refusalOf(" * a\n", limit)).toBeNull();
  });
  test("has no control bytes, tab, carriage return, NUL and DEL among them", () => {
    const control = [...Array.from({ length: 0x20 }, (_, byte) => byte), 0x7f].filter(
      (byte) => byte !== 0x0a,
    );
    for (const byte of control)
      expect(refusalOf(`a${String.fromCharCode(byte)}\n`, limit), String(byte)).toBe(notices.controlBytes);
  });
  test("may be any other ASCII", () => {
    for (let byte = 0x20; byte < 0x7f; byte++)
      expect(refusalOf(`a${String.fromCharCode(byte)}\n`, limit), String(byte)).toBeNull();
  });
  law.prop([fc.string({ unit: "grapheme", minLength: 1 })])("may be any text in UTF-8", (text) => {
    const clean = text.replace(/[\p{Cc}]/gu, "");
    fc.pre(!clean.startsWith(noticePrefix));
    expect(refusalOf(`${utf8(clean)}\n`, 1000)).toBeNull();
  });
  test.each([
    ["a byte that begins nothing", "\xff\n"],
    ["a character that is cut off", `${utf8("é").slice(0, 1)}\n`],
    ["an overlong encoding", "\xc0\x80\n"],
    ["a surrogate", "\xed\xa0\x80\n"],
  ])("is no text with %s", (_, line) => expect(refusalOf(line, limit)).toBe(notices.controlBytes));
  test("that is refused for several reasons is refused for its length", () =>
    expect(refusalOf("* 345678\0\n", limit)).toBe(notices.tooLong));
});

describe("a notice", () => {
  test.each(Object.entries(notices))("is a whole line with the reserved prefix: %s", (_, notice) => {
    expect(notice.startsWith(noticePrefix)).toBe(true);
    expect(splitLines(notice)).toEqual({ lines: [notice], rest: "" });
    expect(refusalOf(notice, 1000)).toBe(notices.reserved);
  });
});
