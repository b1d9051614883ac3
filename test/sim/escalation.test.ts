import { describe, expect, it } from "vitest";
import { defaultBounds, settingOf } from "../../model/index.ts";
import { protocols } from "../../model/protocols/index.ts";
import { properties } from "../../properties/index.ts";
import { type CheckReport, check, checking, escalating, finish } from "../../sim/index.ts";

const settingFor = (id: string) =>
  settingOf(protocols.find((protocol) => protocol.id === id)!, {
    ...defaultBounds,
    clients: 2,
    messages: 1,
    faults: {},
  });

const reductions = { symmetry: true, order: false, data: true };

const figures = ({ verdict, states, transitions, depth, queue, reductions, leftOut }: CheckReport) => ({
  ...{ verdict, states, transitions, depth, queue, reductions, leftOut },
});

const verdicts = ({ properties }: CheckReport) =>
  properties.map(({ id, verdict, steps }) => ({ id, verdict, steps }));

describe("a search that leaves something out only where it is large", () => {
  const setting = settingFor("papaya");

  it("is a search in full where that has no more states than it may", () => {
    const found = finish(escalating(setting, properties, {}, 100_000));
    expect(figures(found)).toEqual(figures(check(setting, properties)));
  });

  it("is a reduced one otherwise, and nothing of the first is left in it", () => {
    for (const most of [100, 17_000, 40_000]) {
      const found = finish(escalating(setting, properties, {}, most));
      expect(figures(found)).toEqual(figures(check(setting, properties, { reductions })));
    }
  });

  it("ends where it may have no more states, in full or not", () => {
    const early = finish(escalating(setting, properties, { maxStates: 20_000 }, 30_000));
    expect(figures(early)).toEqual(figures(check(setting, properties, { maxStates: 20_000 })));
    const late = finish(escalating(setting, properties, { maxStates: 20_000 }, 10_000));
    expect(figures(late)).toEqual(figures(check(setting, properties, { maxStates: 20_000, reductions })));
    expect(late.queue).toBeGreaterThan(0);
  });

  it("breaks what a search in full breaks, in as many steps", () => {
    for (const id of ["no-lock", "pause", "signal-before-append"]) {
      const broken = settingFor(id);
      const full = check(broken, properties);
      expect(full.verdict).toBe("violated");
      expect(verdicts(finish(escalating(broken, properties, {}, 1000)))).toEqual(verdicts(full));
    }
  });

  it("has not forgotten what is broken when it is stopped on its way to it again", () => {
    const broken = settingFor("no-lock");
    const most = 20_000;
    let yields = 0;
    const first = finish(checking(broken, properties, { maxStates: most }), () => ++yields > 0);
    const stopped = finish(escalating(broken, properties, {}, most), () => --yields > -5);
    expect(yields).toBeLessThanOrEqual(-5);
    expect(figures(stopped)).toEqual(figures(first));
    expect(stopped.verdict).toBe("violated");
    expect(stopped.queue).toBeGreaterThan(0);
  });

  it("ends where it is told to before that, and searches no more", () => {
    const stopped = finish(escalating(setting, properties, {}, 20_000), ({ states }) => states < 5000);
    expect(stopped).toMatchObject({ verdict: "unknown", reductions: { symmetry: false, data: false } });
    expect(stopped.states).toBeLessThan(20_000);
  });
});
