import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { defaultParameters } from "../../model/index.ts";
import { papaya } from "../../model/protocols/index.ts";
import { Harness } from "../../real/harness.ts";

test("the death of a daemon is noticed that is killed before anybody has looked who is there", async () => {
  const directory = mkdtempSync(join(tmpdir(), "papaya-test-"));
  const harness = Harness.prepare(papaya, "papaya", directory, {
    parameters: defaultParameters,
    token: "kk",
    tokenTimeout: 5_000,
  });
  try {
    await harness.start(10_000);
    harness.killDaemon();
    const daemons = () =>
      harness
        .traces()
        .filter(({ header }) => header.configuration.role === "daemon")
        .sort((a, b) => a.at - b.at);
    // The next one begins when the anchor has reaped it: by then there is nothing left to be found.
    await expect.poll(() => daemons().length, { timeout: 10_000 }).toBe(2);
    harness.survey();
    expect([...harness.deaths.keys()]).toEqual([daemons()[0]?.header.pid]);
  } finally {
    await harness.endProcesses();
    await harness.end();
    rmSync(directory, { recursive: true });
  }
});
