import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { root } from "../../command.ts";
import { quantile, summarize } from "./figures.ts";
import { pageWith, readPage, readResults } from "./page.ts";

const bench = (...arguments_: string[]) =>
  spawnSync(process.execPath, [join(root, "dist/test/bench/server/main.js"), ...arguments_], {
    encoding: "utf8",
  });

describe("npm run bench:server", () => {
  it.each([
    [["--quick", "--write"], /--write takes whole measurements: leave out --quick/],
    [["--clients", "8", "--write"], /leave out --quick and --clients/],
    [["--clients", "8,65"], /At most 64 clients/],
  ])("refuses %j, and says what to do", (arguments_, says) => {
    const { status, stderr } = bench(...arguments_);
    expect(stderr).toMatch(says);
    expect(stderr).not.toContain("    at ");
    expect(status).toBe(2);
  });

  it("--help shows examples", () => expect(bench("--help").stdout).toContain("--clients 64 --rounds 5"));
});

describe("figures", () => {
  it("are medians, figure by figure", () => {
    const [first] = readResults().measured;
    if (first === undefined) throw new Error("docs/cost.json has no measurement");
    const with_ = (lines: number, median: number) => ({ ...first.figures, lines, median });
    expect(summarize([with_(1, 9), with_(5, 7), with_(3, 8)])).toMatchObject({ lines: 3, median: 8 });
  });
  it("p99 is exceeded by one in a hundred", () => expect(quantile([...Array(200).keys()], 0.99)).toBe(198));
});

describe("docs/cost.md", () => {
  it("shows what docs/cost.json says", () => {
    const page = readPage();
    expect(pageWith(page, readResults()), "npm run bench:server -- --write makes it new").toBe(page);
  });
});
