import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { papaya } from "../command.ts";

interface Report {
  readonly complete: boolean;
  readonly validation: {
    readonly verdict: string;
    readonly steps: number;
    readonly first: { readonly process: string; readonly because: string } | null;
    readonly allowances: Readonly<Record<string, number>>;
  };
}

const place = mkdtempSync(join(tmpdir(), "papaya-test-"));
afterAll(() => rmSync(place, { recursive: true }));

const run = async (protocol: string, seed: number, ...more: readonly string[]) => {
  const size = ["--seed", String(seed), "--validate", "--json", "--no-keep", ...more];
  const { code, out } = await papaya(["run", protocol, ...size], { env: { TMPDIR: place } });
  return { code, report: JSON.parse(out) as Report };
};

describe("what real processes do is a behaviour of their model", () => {
  for (const [protocol, seed, clients, lines] of [
    ["papaya", 1, 2, 5],
    ["papaya", 2, 5, 20],
    ["inherited-description", 7, 3, 10],
    ["published", 2, 3, 10],
  ] as const)
    it(`${protocol}, ${clients} clients × ${lines} lines, seed ${seed}`, async () => {
      const { code, report } = await run(protocol, seed, "--clients", `${clients}`, "--lines", `${lines}`);
      expect(report).toMatchObject({ complete: true, complaints: "" });
      const { verdict, first, steps } = report.validation;
      expect(first?.because).toBeUndefined();
      // A broken protocol can leave more open than the search gets through.
      expect(protocol === "papaya" ? ["behaviour"] : ["behaviour", "unknown"]).toContain(verdict);
      if (verdict === "behaviour") expect(steps).toBeGreaterThan(20);
      expect(protocol === "papaya" ? [0] : [0, 1]).toContain(code);
    });
});
