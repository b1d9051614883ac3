import { test as property } from "@fast-check/vitest";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Shown } from "../../real/client/shown.ts";

/** Few different lines, so that logs repeat themselves. */
const repetitive = fc.array(fc.constantFrom("a\n", "b\n"), { maxLength: 12 });
const distinct = fc.nat({ max: 14 }).map((length) => Array.from({ length }, (_, at) => `${at}\n`));

/** How many lines a client hears on each connection, from the start of the history. */
const connections = fc.array(fc.nat({ max: 16 }), { minLength: 1, maxLength: 6 });

interface Heard {
  readonly lines: readonly string[];
  readonly gaps: number;
}

/** What a client shows that hears so much of a log on each connection; the log grows, `history` is how much is sent again. */
const show = (log: readonly string[], ends: readonly number[], history: number): Heard => {
  const shown = new Shown();
  const lines: string[] = [];
  let gaps = 0;
  for (const end of [...ends].sort((a, b) => a - b)) {
    shown.reconnect();
    for (const line of log.slice(Math.max(0, Math.min(log.length, end) - history), end)) {
      const news = shown.take(line);
      lines.push(...news.lines);
      gaps += news.gap ? 1 : 0;
    }
  }
  return { lines, gaps };
};

describe("what a client shows across connections", () => {
  property.prop([repetitive, connections])(
    "is the log, no line lost or doubled, where the history is all lines",
    (log, ends) => {
      expect(show(log, ends, Number.POSITIVE_INFINITY)).toEqual({
        lines: log.slice(0, Math.max(...ends)),
        gaps: 0,
      });
    },
  );

  property.prop([distinct, connections, fc.integer({ min: 1, max: 8 })])(
    "is in the log's order, no line doubled, and where one is missing that is told, where the history is bounded",
    (log, ends, history) => {
      const { lines, gaps } = show(log, ends, history);
      const places = lines.map((line) => log.indexOf(line));
      const jumps = places.filter((place, at) => at > 0 && place !== (places[at - 1] ?? 0) + 1);
      expect(places).toEqual([...new Set(places)].sort((a, b) => a - b));
      expect(gaps).toBeGreaterThanOrEqual(jumps.length);
    },
  );

  property.prop([repetitive, connections, fc.integer({ min: 1, max: 8 })])(
    "never has more of a line than the log, however it repeats itself and however short the history is",
    (log, ends, history) => {
      const { lines, gaps } = show(log, ends, history);
      const count = (of: readonly string[], line: string) => of.filter((other) => other === line).length;
      if (gaps === 0)
        for (const line of log) expect(count(lines, line)).toBeLessThanOrEqual(count(log, line));
    },
  );

  it("begins anew, and says so, where the log is another one", () => {
    const shown = new Shown();
    shown.reconnect();
    shown.take("a\n");
    shown.reconnect();
    expect(shown.take("b\n")).toEqual({ lines: ["b\n"], gap: true });
  });
});
