/** Facts that only the real kernel can show: each experiment in a process of its own, which forks as it needs. */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Observation } from "./native/experiment.ts";
import { experiments } from "./native/index.ts";

const run = promisify(execFile);
const jiti = join(dirname(createRequire(import.meta.url).resolve("jiti/package.json")), "lib/jiti-cli.mjs");
const main = fileURLToPath(new URL("./native/main.ts", import.meta.url));
/** Milliseconds after which it is killed, and all that it has forked with it. */
const longest = 60_000;

let place = "";
beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), "papaya-native-"));
});
afterAll(() => rmSync(place, { recursive: true, force: true }));

const observe = async (name: string): Promise<Observation> => {
  const directory = mkdtempSync(join(place, `${name}-`));
  const { stdout } = await run(process.execPath, ["--single-threaded", jiti, main, name, directory], {
    timeout: longest,
    killSignal: "SIGKILL",
  });
  return JSON.parse(stdout) as Observation;
};

describe("real kernel, natively", () => {
  for (const [name, { says, expected }] of Object.entries(experiments))
    test(says, async ({ annotate, skip }) => {
      const { seen, luck, refused } = await observe(name);
      if (refused !== undefined) skip(`not to be had here: ${refused}`);
      if (luck !== undefined) await annotate(luck);
      expect(seen).toEqual(expected);
    });
});
