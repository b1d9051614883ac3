import { describe, expect, it } from "vitest";
import { type Property, settingOf } from "../../model/index.ts";
import { properties } from "../../properties/index.ts";
import { check } from "../../sim/index.ts";
import { counts } from "./counts.ts";
import { type Mutant, miniature } from "./miniature.ts";
import { asserted, deliveredInFull, deliveredInOrder } from "./properties.ts";

const chosen = (...ids: string[]) => properties.filter(({ id }) => ids.includes(id));

describe("the miniature has exactly the states and edges that Spin and TLC count", () => {
  for (const { clients, messages, states, transitions } of counts)
    it(`${clients} clients × ${messages} messages: ${states} states, ${transitions} edges`, () => {
      const report = check(settingOf(miniature(clients, messages)), [...asserted, deliveredInOrder]);
      expect(report).toMatchObject({ states, transitions, verdict: "holds" });
    });
});

describe("the miniature's mutants are caught as early as by the other tools", () => {
  const stepsOf = (mutant: Mutant, property: Property) =>
    check(settingOf(miniature(2, 1, mutant)), [property]).properties[0]?.steps;

  it("one shared description: exclusion breaks in 3 steps", () =>
    expect(stepsOf("shared", chosen("P3")[0]!)).toBe(3));
  it("one shared description: a torn line is read in 5 steps", () =>
    expect(stepsOf("shared", chosen("P2")[0]!)).toBe(5));
  it("pause() for sigsuspend(): a wakeup is lost in 20 steps", () =>
    expect(stepsOf("pause", deliveredInOrder)).toBe(20));
  it("which the number of bytes shows as well as their order", () =>
    expect(stepsOf("pause", deliveredInFull)).toBe(20));
  for (const property of [deliveredInOrder, deliveredInFull])
    it(`and unharmed: ${property.says}`, () => expect(stepsOf("none", property)).toBe(0));
});
