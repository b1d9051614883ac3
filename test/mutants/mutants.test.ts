import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { type Bounds, type Budget, settingOf } from "../../model/index.ts";
import { properties } from "../../properties/index.ts";
import { comesToRest } from "../../properties/progress.ts";
import { loadProtocol } from "../../real/protocol.ts";
import { check, checkLiveness, ProtocolError } from "../../sim/index.ts";

// The files in protocols/ stand for those of users, and are read as such: compiled in passing, no types checked.

/** Ways to get `papaya` wrong that are no variants of it: the bounds in which each shows, and what it breaks there. */
const mutants: Readonly<Record<string, readonly [Partial<Bounds>, string]>> = {
  "anchor-gives-up": [{ clients: 1, faults: { "daemon-restart": 1 } }, "P11 P12"],
  "anchor-no-reap": [{ clients: 1, faults: { "daemon-restart": 1 } }, "P16"],
  "anchor-pauses": [{ clients: 1, faults: { "daemon-restart": 1 } }, "P11"],
  "busy-room": [{ clients: 1, messages: 2, faults: { "never-reads": 1 } }, "P11"],
  "daemon-keeps-copies": [{ clients: 1 }, "P12"],
  "eagain-drops": [{ clients: 1, messages: 2 }, "P6"],
  "forgets-more": [{}, "P6"],
  "greedy-daemon": [{ clients: 1, pipelined: true }, "P1"],
  "log-twice": [{ clients: 1 }, "P12"],
  "no-history": [{ clients: 1, stored: 1 }, "P2 P6 P9"],
  "no-timeout": [{ clients: 1, strangers: 3, messages: 0 }, "P13"],
  "notice-hides-more": [{ clients: 1, stored: 2, faults: { "disk-full": 1 } }, "P6 P9"],
  "notice-under-lock": [{ clients: 1, faults: { "disk-full": 1 } }, "P1 P14"],
  "offset-past-half": [{ faults: { crash: 1 } }, "P2 P6"],
  "one-line": [{ clients: 1, messages: 3 }, "P1"],
  "recv-deaf": [{ clients: 1, faults: { crash: 1 } }, "P11"],
  "rollback-after-unlock": [{ faults: { "disk-full": 1, "short-write": 1 } }, "P1 P2 P5"],
  "rollback-zero": [{ clients: 1, stored: 1, faults: { "disk-full": 1 } }, "P1 P5"],
  "send-unlock-early": [{}, "P2 P3"],
  "shared-writer": [{}, "P1 P2 P3 P5 P6"],
  "token-any-prefix": [{ clients: 1, strangers: 3, messages: 0 }, "P13"],
  "token-first-byte": [{ clients: 1, strangers: 1 }, "P13"],
  "token-last-byte": [{ clients: 1, strangers: 2, messages: 0 }, "P13"],
  unblocks: [{}, "P6"],
  "unlock-early": [{}, "P1 P2 P3 P5 P6"],
  "wrong-group": [{}, "P6"],
  bury: [{ faults: { disconnect: 1 } }, "P6 P10 P13 P16"],
};

const load = (name: string) =>
  loadProtocol(fileURLToPath(new URL(`./protocols/${name}.ts`, import.meta.url)));
const checked = async (name: string, bounds: Partial<Bounds>) => {
  const protocol = await load(name);
  return check(settingOf(protocol, { ...protocol.bounds, ...bounds }), properties);
};

describe("a mutant of papaya is caught", () => {
  for (const [name, [bounds, breaks]] of Object.entries(mutants))
    it(`${name} breaks ${breaks}`, async () => {
      const report = await checked(name, bounds);
      const broken = report.properties.filter(({ verdict }) => verdict === "violated").map(({ id }) => id);
      expect(broken.join(" ")).toBe(breaks);
    });
});

describe("a loop beside states of rest", () => {
  const restless = async (faults: Budget) => {
    const protocol = await load("restless");
    return settingOf(protocol, { ...protocol.bounds, clients: 1, faults });
  };

  it("is seen by P17, which looks at runs that never end", async () => {
    const { properties: judged } = checkLiveness(await restless({ disconnect: 1 }), [comesToRest], "weak");
    expect(judged[0]).toMatchObject({ verdict: "violated", because: /never comes to rest/ });
    const turning = new Set(judged[0]?.schedule?.loop?.map(({ process }) => process));
    expect([...turning]).toEqual(["SEND[1]"]);
  });

  it("is not seen by any of the others, which look at states and events", async () => {
    const { quiescent, properties: judged } = check(await restless({ disconnect: 1 }), properties);
    expect(quiescent).toBeGreaterThan(0);
    expect(judged.filter(({ verdict }) => verdict === "violated")).toEqual([]);
  });

  it("is not there where nobody leaves", async () =>
    expect(checkLiveness(await restless({}), [comesToRest], "none").verdict).toBe("holds"));
});

describe("nothing is proved that was not looked at", () => {
  it("a protocol that never comes to rest leaves open what must hold at rest", async () => {
    const report = await checked("spin", {});
    expect(report.quiescent).toBe(0);
    expect(report.verdict).toBe("unknown");
    expect(report.properties.filter(({ id }) => id === "P6")).toMatchObject([{ verdict: "unknown" }]);
  });

  it("a context in which different states would look the same is refused", async () => {
    const reason = await checked("odd-context", { clients: 1, messages: 2 }).catch((error: unknown) => error);
    expect(reason).toBeInstanceOf(ProtocolError);
    expect(String(reason)).toMatch(/“seen” in its context is no plain data/);
  });
});
