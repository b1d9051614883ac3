import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { papaya } from "../command.ts";

const directory = mkdtempSync(join(tmpdir(), "papaya-survey-"));
afterAll(() => rmSync(directory, { recursive: true }));
const place = (name: string): string => join(directory, name);

const report = async (...flags: string[]): Promise<unknown> => {
  const { out, code } = await papaya(["check", "papaya", "--json", ...flags]);
  return { ...(JSON.parse(out) as object), seconds: 0, code };
};

describe("a large search", () => {
  it("says the same, however many threads it has", async () => {
    for (const reduce of ["none", "all"]) {
      const flags = ["--reduce", reduce, "--workers"];
      expect(await report(...flags, "3"), reduce).toEqual(await report(...flags, "1"));
    }
  });

  it("says the same where it was ended in between, twice, and went on in other processes", async () => {
    for (const reduce of ["none", "symmetry"]) {
      const [first, second] = [place(`${reduce}1`), place(`${reduce}2`)];
      const flags = ["--reduce", reduce];
      expect(await report(...flags, "--max-states", "18000", "--checkpoint", first)).toMatchObject({
        code: 3,
      });
      await report(...flags, "--continue", first, "--max-states", "24000", "--checkpoint", second);
      expect(await report(...flags, "--continue", second)).toEqual(await report(...flags));
    }
  });

  it("goes on with nothing but its own checkpoint", async () => {
    const own = place("own");
    await report("--max-states", "20000", "--checkpoint", own);
    const refused = async (flags: string[], why: string) => {
      const { code, err } = await papaya(["check", ...flags]);
      expect(err).toContain(why);
      expect(err).not.toContain(" at ");
      expect(code).toBe(2);
    };
    await refused(["papaya", "--messages", "2", "--continue", own], "it is that of another search");
    await refused(["no-lock", "--continue", own], "it is that of another search");
    truncateSync(own, 100_000);
    await refused(["papaya", "--continue", own], "it ends too early");
    writeFileSync(place("other"), "papaya\n");
    await refused(["papaya", "--continue", place("other")], "is no checkpoint");
    await refused(["papaya", "--continue", place("none")], "cannot be read");
    await refused(["papaya", "--continue", place("")], "it is a directory");
    await refused(["papaya", "--checkpoint", place("")], "it is a directory");
    await refused(["papaya", "--checkpoint", place("nowhere/x")], "no checkpoint can be written there");
    await refused(
      ["papaya", "--fairness", "weak", "--checkpoint", own],
      "--checkpoint: for properties of states",
    );
    const sweeps = ["--workers", "2", "--max-memory", "100", "--compact"];
    const all = "--workers, --max-memory, --compact: for properties of states";
    await refused(["papaya", "--endless", ...sweeps], all);
  });
});
