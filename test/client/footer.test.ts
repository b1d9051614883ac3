import { test as property } from "@fast-check/vitest";
import { Terminal } from "@xterm/headless";
import fc from "fast-check";
import { describe, expect } from "vitest";
import { draw, erase, type Footer, fitRow, inputRow } from "../../cli/chat/footer.ts";

const columns = 20;

const text = fc.string({ unit: fc.constantFrom("a", "b", " ", "é", "日", "🍈"), maxLength: 60 });
const moment = fc.record({
  printed: fc.array(fc.stringMatching(/^[a-z]{1,45}$/), { maxLength: 3 }),
  notes: fc.array(text, { maxLength: 3 }),
  typed: text,
  cursor: fc.nat(),
});

/** A place between two characters; readline leaves the cursor nowhere else. */
const placeIn = (typed: string, chosen: number): number => {
  const places = [...typed].map((_, at, all) => all.slice(0, at).join("").length);
  return [...places, typed.length][chosen % (places.length + 1)] ?? 0;
};

const screenOf = async (bytes: string): Promise<{ text: string; cursor: number }> => {
  const terminal = new Terminal({ cols: columns, rows: 12, scrollback: 500, allowProposedApi: true });
  await new Promise<void>((done) => terminal.write(bytes, done));
  const { active } = terminal.buffer;
  let all = "";
  for (let at = 0; at < active.length; at++) {
    const line = active.getLine(at);
    if (line === undefined) continue;
    all += `${line.isWrapped ? "" : "\n"}${line.translateToString(true)}`;
  }
  const cursor = active.cursorX;
  terminal.dispose();
  return { text: all.trimEnd(), cursor };
};

describe("lines that come while somebody types", () => {
  property.prop([fc.array(moment, { minLength: 1, maxLength: 8 })], { numRuns: 60 })(
    "stand above the footer, whole, each once, and the footer below them",
    async (moments) => {
      let drawn: Footer = { rows: [fitRow("", columns)], cursor: 0 };
      let bytes = "";
      for (const { printed, notes, typed, cursor } of moments) {
        const input = inputRow("me> ", typed, placeIn(typed, cursor), columns);
        const footer = {
          rows: [...notes.map((note) => fitRow(note, columns)), input.row],
          cursor: input.cursor,
        };
        bytes += `${erase(drawn, columns)}${printed.map((line) => `${line}\r\n`).join("")}${draw(footer)}`;
        drawn = footer;
      }
      const expected = [...moments.flatMap(({ printed }) => printed), ...drawn.rows.map((row) => row.text)];
      const screen = await screenOf(bytes);
      const trimmed = expected
        .map((line) => line.trimEnd())
        .join("\n")
        .trimEnd();
      expect(screen.text.replace(/^\n/, "").replace(/ +$/gm, "")).toBe(trimmed);
      expect(screen.cursor).toBe(drawn.cursor);
    },
  );

  property.prop([text, fc.nat(), fc.integer({ min: 1, max: 30 })])(
    "leave the line that is typed on one row, the cursor on it",
    (typed, at, width) => {
      const { row, cursor } = inputRow("me> ", typed, placeIn(typed, at), width);
      expect(row.width).toBeLessThanOrEqual(Math.max(width - 1, 2));
      expect(cursor).toBeLessThanOrEqual(row.width);
    },
  );
});
