import { describe, expect, it, vi } from "vitest";
import { type Bounds, defaultBounds, type PropertyId, settingOf } from "../../../model/index.ts";
import { protocols } from "../../../model/protocols/index.ts";
import { properties } from "../../../properties/index.ts";
import { Search } from "../../../sim/checker/search.ts";
import { none, type Reductions, Space } from "../../../sim/checker/space.ts";
import { check, finish } from "../../../sim/index.ts";
import { layoutFor } from "../../../sim/sweep/layout.ts";
import { Ints } from "../../../sim/sweep/pairs.ts";
import { PartEffects } from "../../../sim/sweep/part-effects.ts";
import { Situations } from "../../../sim/sweep/situations.ts";
import { Sweep } from "../../../sim/sweep/sweep.ts";
import { miniature } from "../../miniature/miniature.ts";
import { asserted, deliveredInOrder } from "../../miniature/properties.ts";
import { expectSame, sweep } from "./figures.ts";

const symmetry: Reductions = { symmetry: true, order: false, data: false };

describe("a sweep sees what a search sees: states, transitions, layers, states of rest, and what breaks when", () => {
  const one: Bounds = { ...defaultBounds, clients: 1 };
  const sizes: readonly Bounds[] = [
    { ...one, segments: 2 },
    { ...one, faults: { crash: 1 } },
    { ...one, messages: 0, strangers: 1, faults: { "daemon-restart": 1 } },
  ];
  for (const protocol of protocols)
    it(`of ${protocol.id}, with one client`, () => {
      for (const bounds of sizes) expectSame(settingOf(protocol, bounds), properties);
    });

  it("of papaya, within its own bounds", () => {
    const papaya = protocols.find(({ id }) => id === "papaya");
    if (papaya === undefined) throw new Error("papaya is not shipped");
    expectSame(settingOf(papaya), properties);
    expectSame(settingOf(papaya), properties, symmetry);
  });

  it("of the miniature and its mutants, with three clients and their likes too", () => {
    const checked = [...asserted, deliveredInOrder];
    for (const mutant of ["none", "shared", "pause"] as const)
      expectSame(settingOf(miniature(2, 1, mutant)), checked, symmetry);
    expectSame(settingOf(miniature(2, 2)), checked);
    expect(sweep(settingOf(miniature(3, 1)), checked, symmetry)).toMatchObject({ states: 415_904 });
  });
});

describe("however states are kept, they are the same", () => {
  const setting = settingOf(miniature(2, 2));
  const expected = { states: 161_972, transitions: 486_544, complete: true };

  it("in rows of many words", () => {
    // As if there were that many of each part: what all share, and RECV and SEND of two clients.
    const many = [2 ** 20, 2 ** 20, 2 ** 20, 2 ** 20, 2 ** 20];
    expect(layoutFor(many).words).toBeGreaterThan(2);
    const sizes = vi.spyOn(Sweep.prototype as unknown as { readonly sizes: number[] }, "sizes", "get");
    try {
      sizes.mockReturnValue(many);
      expect(sweep(setting, asserted)).toMatchObject(expected);
    } finally {
      sizes.mockRestore();
    }
  });

  it("as fingerprints, and then the odds are told", () => {
    const compact = new Sweep(new Space(setting, asserted, none), undefined, { compact: true });
    const { missOdds, ...result } = finish(compact.run()) ?? { missOdds: 0 };
    expect(result).toMatchObject(expected);
    expect(missOdds).toBeCloseTo(161_972 ** 2 / 2 ** 61, 12);
    expect(missOdds).toBeGreaterThan(0);
    expect(sweep(setting, asserted).missOdds).toBe(0);
  });
});

describe("a sweep that forgets something", () => {
  it("counts other states", () => {
    const setting = settingOf(miniature(2, 1));
    const on = PartEffects.prototype.on;
    // Nothing that a step does ever reaches another part.
    PartEffects.prototype.on = function (effect, number) {
      this.map.set(effect, number, number);
      return number;
    };
    try {
      expect(() => expectSame(setting, asserted)).toThrow();
    } finally {
      PartEffects.prototype.on = on;
    }
    expectSame(setting, asserted);
  });
});

describe("a sweep that does not find again what it has learnt", () => {
  it("says that this is a defect, and does not try for ever", () => {
    const roots = vi.spyOn(Situations.prototype, "rootsOf").mockImplementation(() => new Ints());
    try {
      expect(() => sweep(settingOf(miniature(2, 1)), asserted)).toThrow("is not found again");
    } finally {
      roots.mockRestore();
    }
  });
});

describe("a survey that is too large for a search alone", () => {
  const setting = settingOf(miniature(2, 2, "pause"));

  it("has the schedules of what breaks all the same, the shortest ones", () => {
    const report = check(setting, [deliveredInOrder]);
    expect(report.states).toBeGreaterThan(1 << 14);
    expect(report.properties[0]).toMatchObject({ verdict: "violated", steps: 32 });
    expect(report.properties[0]?.schedule?.steps).toHaveLength(32);
    const found = finish(new Search(setting, [deliveredInOrder]).run()).breaks.get("P6" as PropertyId);
    expect(found?.steps).toBe(32);
  });

  it("ends with a whole layer where there are more states than it may have", () => {
    const some = check(setting, asserted, { maxStates: 50_000 });
    const more = check(setting, asserted, { maxStates: some.states - 1 });
    expect(some).toMatchObject({ verdict: "unknown", depth: more.depth, states: more.states });
    expect(some.queue).toBeGreaterThan(0);
  });

  it("ends as unknown before it takes more memory than it may have", () => {
    const report = check(setting, asserted, { maxBytes: 1 << 20 });
    expect(report.verdict).toBe("unknown");
    expect(report.bytesPerState * report.states).toBeLessThan(1 << 20);
  });
});
