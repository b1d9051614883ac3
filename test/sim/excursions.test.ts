import { describe, expect, it } from "vitest";
import { defaultBounds, settingOf } from "../../model/index.ts";
import { papaya } from "../../model/protocols/index.ts";
import { properties } from "../../properties/index.ts";
import { Excursions } from "../../sim/checker/excursions.ts";
import { none, Space } from "../../sim/checker/space.ts";
import { finish } from "../../sim/progress.ts";

const spaceOf = (clients: number): Space =>
  new Space(settingOf(papaya, { ...defaultBounds, clients, messages: 2, faults: {} }), properties, none);

/** How much has been learnt after each step of what is done in a space. */
const learntOn = (space: Space, before: number, steps: readonly ((excursions: Excursions) => void)[]) => {
  const excursions = new Excursions(space, before);
  return steps.map((step) => {
    step(excursions);
    return space.product.learnt;
  });
};

const upTo = (most: number) => (excursions: Excursions) => finish(excursions.making(most));
const forStates = (states: number) => (excursions: Excursions) => finish(excursions.makingFor(states));

describe("excursions", () => {
  it("are the same every time, and go on where they have ended", () => {
    const [atOnce, again] = [learntOn(spaceOf(2), 0, [upTo(6)]), learntOn(spaceOf(2), 0, [upTo(6)])];
    expect(again).toEqual(atOnce);
    const steps = learntOn(spaceOf(2), 0, [upTo(2), upTo(4), upTo(6), upTo(6)]);
    expect(steps.at(-1)).toBe(atOnce[0]);
    expect(steps).toEqual([...steps].sort((a, b) => a - b));
    expect(steps[1]).toBeGreaterThan(steps[0]!);
  });

  it("are others where some have been made already for something else", () => {
    const space = spaceOf(2);
    const [first = 0] = learntOn(space, 0, [upTo(3)]);
    const [same = 0] = learntOn(space, 0, [upTo(3)]);
    const [others = 0] = learntOn(space, 3, [upTo(3)]);
    expect(same).toBe(first);
    expect(others).toBeGreaterThan(first);
  });

  it("are as many as is planned, and more for a sweep that is large, once", () => {
    const [none, few, large, larger] = learntOn(spaceOf(2), 0, [
      forStates(0),
      forStates(1000),
      forStates(1 << 13),
      forStates(1 << 20),
    ]);
    expect(few).toBe(none);
    expect(large).toBeGreaterThan(few!);
    expect(larger).toBe(large);
  });

  it("end where many in a row teach nothing", () => {
    const space = spaceOf(1);
    const [, learnt] = learntOn(space, 0, [upTo(1000), upTo(2000)]);
    const seeds: number[] = [];
    const excursions = new Excursions(space, 0);
    for (let most = 1; most <= 40; most++) {
      finish(excursions.making(most));
      seeds.push(space.product.learnt);
    }
    // These go the same ways as before: all of them are vain.
    expect(new Set(seeds)).toEqual(new Set([learnt]));
  });
});
