import { describe, expect, it } from "vitest";
import { pageWith, paths, readDocument, readResults } from "../bench/page.ts";
import { drawGrowth } from "../bench/plot.ts";
import { merge, type Result, type Results } from "../bench/results.ts";

const results = readResults();
const stale = "“npm run bench -- --pages” writes what was measured, “--write” measures anew";

describe("docs/performance.md shows what docs/performance.json says", () => {
  it("in its tables", () => {
    const page = readDocument(paths.page);
    expect(results).not.toBeNull();
    expect(pageWith(page, results!), stale).toBe(page);
  });

  it("in its plot", async () =>
    expect(await drawGrowth(results!.measured), stale).toBe(readDocument(paths.plot)));

  it("of rows that there are, in their order", () =>
    expect(merge({ ...results!, measured: [], profiles: [] }, results!), stale).toEqual(results));
});

describe("a table that rots is noticed", () => {
  const search = { ended: "complete", verdict: "holds", states: 161_972, transitions: 486_544 } as const;
  const ours = { ...search, seconds: 0.5, startUp: 1, memory: 1 << 27, rounds: 3 };
  const result: Result = { group: "full", name: "miniature 2x2", ours, spin: null };
  const one: Results = { ...results!, measured: [result] };
  const page = "# Page\n\n<!-- measured: full -->\n<!-- end -->\n\nText.\n";

  it("where a figure is another one", () => {
    const written = pageWith(page, one);
    expect(written).toContain("| miniature 2x2 | 161,972 | 0.50 | 323,944 | 128 |");
    expect(pageWith(written, one)).toBe(written);
    const slower = { ...one, measured: [{ ...result, ours: { ...ours, seconds: 0.6 } }] };
    expect(pageWith(written, slower)).not.toBe(written);
  });

  it("and a table that nobody knows is an error", () =>
    expect(() => pageWith(page.replace("full", "fast"), one)).toThrow("“fast”"));

  it("and later measurements take the place of earlier ones", () => {
    const gone: Result = { ...result, name: "miniature 9x9" };
    const later: Result = { ...result, ours: { ...ours, seconds: 0.1 } };
    const merged = merge({ ...one, measured: [gone, result] }, { ...one, measured: [later] });
    expect(merged.measured).toEqual([later]);
  });
});
