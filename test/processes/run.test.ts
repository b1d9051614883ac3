import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { type Ended, papaya, processesAt } from "../command.ts";

interface Report {
  readonly verdict: string;
  readonly complete: boolean;
  readonly processes: number;
  readonly lines: number;
  readonly deliveries: number;
  readonly complaints: string;
  readonly properties: readonly { id: string; verdict: string; because: string }[];
}

const reportOf = ({ out }: Ended): Report => JSON.parse(out) as Report;

const run = (protocol: string, seed: number, size: readonly string[] = []): Promise<Ended> =>
  papaya(["run", protocol, "--seed", String(seed), "--json", ...size], { env });

/** Runs of these tests have a place of their own, so that they do not see those of others. */
const place = mkdtempSync(join(tmpdir(), "papaya-test-"));
afterAll(() => rmSync(place, { recursive: true }));
const env = { TMPDIR: place };
const directories = (): string[] => readdirSync(place);

/** The processes that runs of these tests have left: all of them have their place in the environment. */
const leftovers = (): string[] => processesAt(place);

describe("papaya as real processes keeps every property", () => {
  for (const seed of [1, 2, 3, 4])
    it(`8 clients × 50 lines, seed ${seed}`, async () => {
      const ended = await run("papaya", seed);
      const report = reportOf(ended);
      const broken = report.properties.filter(({ verdict }) => verdict === "violated");
      expect(broken.map(({ id, because }) => `${id}: ${because}`)).toEqual([]);
      expect(report).toMatchObject({ verdict: "holds", complete: true, complaints: "" });
      // Clients that are cut off take with them what they had not sent: how many that is depends on the kernel.
      expect(report.lines).toBeGreaterThan(100);
      expect(report.deliveries).toBeGreaterThan(500);
      expect(ended.code).toBe(0);
    });
});

it("a run that nobody was let in to has no log, and is judged all the same", async () => {
  // The daemon is killed before there is a line: whoever connects just then is cut off with it, and that is all of them.
  const ended = await run("papaya", 1, ["--clients", "1", "--lines", "1", "--no-keep"]);
  expect(reportOf(ended)).toMatchObject({ verdict: "holds", complete: true });
  expect(ended.code).toBe(0);
});

describe("broken protocols on the real kernel are judged, too", () => {
  it("one inherited description: whether it shows is luck, and the report says so", async () => {
    const { code, out } = await papaya(["run", "inherited-description", "--seed", "7", "--no-keep"]);
    expect(out).toMatch(/inherited-description is known to break P1 .*is luck/);
    expect([0, 1]).toContain(code);
  });

  it("published loses or tears lines in one of a few runs", async () => {
    const verdicts: string[] = [];
    for (let seed = 1; seed <= 5 && !verdicts.includes("violated"); seed++)
      verdicts.push(reportOf(await run("published", seed, ["--lines", "30", "--no-keep"])).verdict);
    expect(verdicts).toContain("violated");
  });

  it("a leaked listener is found in the kernel's own tables", async () => {
    const report = reportOf(await run("leaked-listener", 1, ["--clients", "3", "--lines", "5", "--no-keep"]));
    const p12 = report.properties.find(({ id }) => id === "P12");
    expect(p12?.because).toMatch(/still holds .*, which it will never use again/);
  });
});

describe("a protocol that gets nowhere is judged, too", () => {
  it("where nobody ever opens the log", async () => {
    const file = join(place, "turns-away.ts");
    writeFileSync(
      file,
      `import { daemon, papaya, variant, withEdges } from "papaya-proof";
      const machines = { daemon: withEdges(daemon, "readToken", { data: "dropConnection" }) };
      export default variant(papaya, { id: "turns-away", says: "The daemon turns everybody away.", machines });`,
    );
    const ended = await run(file, 1, ["--clients", "2", "--lines", "2", "--no-keep"]);
    rmSync(file);
    expect(reportOf(ended)).toMatchObject({ lines: 0, complete: true, complaints: "" });
  });
});

describe("nothing that a run has started outlives it", () => {
  const size = ["--clients", "4", "--lines", "20000"];
  for (const signal of ["SIGINT", "SIGTERM", "SIGKILL"] as const)
    it(`when it is ended by ${signal}`, async () => {
      const before = new Set(directories());
      const { code, out } = await papaya(["run", "papaya", ...size], {
        env,
        onStart: (pid) => setTimeout(() => process.kill(pid, signal), 1200),
      });
      if (signal !== "SIGKILL") {
        expect(out).toContain("interrupted before the end");
        expect(code).toBe(130);
        expect(directories().filter((name) => !before.has(name))).toEqual([]);
      }
      await expect.poll(leftovers, { timeout: 20_000 }).toEqual([]);
      for (const name of directories().filter((name) => !before.has(name)))
        rmSync(join(place, name), { recursive: true });
    });

  it("when all went well", async () => {
    const before = new Set(directories());
    await run("papaya", 9, ["--clients", "2", "--lines", "3"]);
    expect(leftovers()).toEqual([]);
    expect(directories().filter((name) => !before.has(name))).toEqual([]);
  });
});
