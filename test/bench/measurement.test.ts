import { describe, expect, it } from "vitest";
import { complaints } from "./complaints.ts";
import { agree, type Ended, type Measured, rateRatio, summarize, timeRatio } from "./measurement.ts";
import type { Result } from "./results.ts";
import { keyOf, rows } from "./rows.ts";
import { showRatio, tableOf } from "./tables.ts";

const measured = (seconds: number, states = 1000, ended: Ended = "complete"): Measured => ({
  ...{ ended, states, seconds, transitions: 3000, startUp: 1, memory: 1 << 20, rounds: 1 },
  verdict: ended === "complete" ? "holds" : "unknown",
});

describe("ratios are ours by Spin's", () => {
  it("of states per second: more is better", () =>
    expect(rateRatio(measured(2), measured(4))).toEqual({ value: 2, is: "exactly" }));

  it("of time: less is better", () =>
    expect(timeRatio(measured(2), measured(4))).toEqual({ value: 0.5, is: "exactly" }));

  it("of time less than that where Spin did not end", () =>
    expect(timeRatio(measured(60), measured(600, 9e6, "time"))).toEqual({ value: 0.1, is: "less" }));

  it("of time more than that where we did not", () =>
    expect(timeRatio(measured(600, 9e6, "memory"), measured(60))).toEqual({ value: 10, is: "more" }));

  it("of time unknown where neither did, though rates are known", () => {
    const [ours, spin] = [measured(600, 6e6, "time"), measured(600, 3e6, "time")];
    expect(timeRatio(ours, spin)).toBeNull();
    expect(rateRatio(ours, spin)).toEqual({ value: 2, is: "exactly" });
  });

  it("unknown where Spin was faster than its clock", () => {
    expect(rateRatio(measured(2), measured(0))).toBeNull();
    expect(timeRatio(measured(2), measured(0))).toBeNull();
  });

  it("and are shown with what is known", () =>
    expect(
      [null, { value: 0.333, is: "exactly" } as const, { value: 12.34, is: "less" } as const].map(showRatio),
    ).toEqual(["–", "0.33", "< 12.3"]));
});

describe("rounds of one measurement are one figure", () => {
  it("the median by time, and the most memory", () => {
    const rounds = [measured(3), { ...measured(1), memory: 7 << 20 }, measured(2)];
    expect(summarize(rounds)).toMatchObject({ seconds: 2, memory: 7 << 20, rounds: 3 });
  });

  it("of two the faster one", () => expect(summarize([measured(3), measured(2)]).seconds).toBe(2));

  it("and not complete where one was not", () =>
    expect(summarize([measured(1), measured(600, 5, "time")])).toMatchObject({ ended: "time", states: 5 }));
});

const full: Result = { group: "full", name: "miniature 2x2", ours: null, spin: null };

describe("whoever counts wrong is not fast", () => {
  const spin = { ...measured(1), transitions: 3001 };

  it("Spin counts the step into the initial state as well", () => {
    expect(agree(measured(2), spin)).toBe(true);
    expect(agree(measured(2), measured(2))).toBe(false);
    expect(agree(measured(2, 999), spin)).toBe(false);
  });

  it("so two full searches that differ are complained of", () => {
    expect(complaints([{ ...full, ours: measured(2), spin }])).toEqual([]);
    expect(complaints([{ ...full, ours: measured(2, 999), spin }])).toHaveLength(1);
  });

  it("but not where one has not ended, or both leave out what they can", () => {
    expect(complaints([{ ...full, ours: measured(2, 999, "time"), spin }])).toEqual([]);
    const reduced = { ...full, group: "reduced", name: "miniature 3x1" } as const;
    expect(complaints([{ ...reduced, ours: measured(2, 999), spin }])).toEqual([]);
  });

  it("and so is a broken property, and a search that died", () => {
    expect(complaints([{ ...full, ours: { ...measured(2), verdict: "violated" } }])).toHaveLength(1);
    expect(complaints([{ ...full, spin: measured(0, 0, "died") }])).toHaveLength(1);
  });
});

describe("rows", () => {
  it("each have a name of their own", () => expect(new Set(rows.map(keyOf)).size).toBe(rows.length));

  it("ask both for the same: size, order, reductions", () => {
    const unlike = rows.filter(({ ours, spin }) => {
      if (ours.of !== "miniature" || spin === null) return false;
      const { of: _, ...size } = ours;
      return JSON.stringify({ ...size, slotBits: spin.slotBits }) !== JSON.stringify(spin);
    });
    expect(unlike.map(keyOf)).toEqual([]);
  });

  it("say in a table what stopped a search", () => {
    const [header, row] = tableOf("full", [{ ...full, ours: measured(600, 123_456, "memory") }]) ?? [];
    expect(header).toEqual(["", "ours: states", "s", "states/s", "MiB"]);
    expect(row).toEqual(["miniature 2x2", "> 123,456", "> 600 (memory)", "206", "1"]);
  });
});
