import { mkdtempSync, readdirSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { papaya } from "../command.ts";

const place = mkdtempSync(join(tmpdir(), "papaya-test-"));
afterAll(() => rmSync(place, { recursive: true }));
const env = { TMPDIR: place };

/** Processes with a file open at this place: the standard error of all that belongs to a server is one. */
const leftovers = (): string[] =>
  readdirSync("/proc")
    .filter((pid) => /^\d+$/.test(pid))
    .filter((pid) => {
      try {
        return readdirSync(`/proc/${pid}/fd`).some((fd) =>
          readlinkSync(`/proc/${pid}/fd/${fd}`).startsWith(place),
        );
      } catch {
        return false;
      }
    });

interface Report {
  readonly verdict: string;
  readonly deliveries: number;
  readonly left: number;
  readonly rounds: number;
  readonly properties: readonly { id: string; verdict: string; because: string }[];
}

describe("the server under seeded trouble", () => {
  // In its one round this seed kills RECV, SEND, daemon and anchor, stops three, fills the disk, and sends a flood.
  it("keeps every property that can be seen from outside, and leaves nothing behind", async () => {
    const { code, out } = await papaya(
      ["torture", "--clients", "6", "--rounds", "1", "--seed", "1678", "--json"],
      { env },
    );
    const report = JSON.parse(out) as Report;
    const broken = report.properties.filter(({ verdict }) => verdict === "violated");
    expect(broken.map(({ id, because }) => `${id}: ${because}`)).toEqual([]);
    expect(report).toMatchObject({ verdict: "holds", left: 0, rounds: 1 });
    expect(report.deliveries).toBeGreaterThan(200);
    expect(code).toBe(0);
    expect(leftovers()).toEqual([]);
    expect(readdirSync(place)).toEqual([]);
  });

  it.each(["SIGINT", "SIGKILL"] as const)("leaves nobody behind when it is ended by %s", async (signal) => {
    const { code, out } = await papaya(["torture", "--clients", "4", "--rounds", "50"], {
      env,
      onStart: (pid) => {
        const look = setInterval(() => {
          if (leftovers().length < 6) return; // anchor, daemon, two clusters: it is in the middle of things
          clearInterval(look);
          process.kill(pid, signal);
        }, 100);
      },
    });
    if (signal === "SIGINT") {
      expect(out).toContain("interrupted before the end");
      expect(code).toBe(130);
      expect(readdirSync(place)).toEqual([]);
    }
    await expect.poll(leftovers, { timeout: 20_000 }).toEqual([]);
  });
});
