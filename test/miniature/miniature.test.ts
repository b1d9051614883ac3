import { describe, expect, it } from "vitest";
import { type Observer, type ProcessName, type Property, roleOf, settingOf } from "../../model/index.ts";
import { properties } from "../../properties/index.ts";
import { check } from "../../sim/index.ts";
import { type Mutant, miniature } from "./miniature.ts";

/** Everything that each SEND has delivered: the miniature has no clients that could be asked. */
const delivered: Observer<string> = {
  id: "delivered",
  initial: () => "",
  keyOf: (event) =>
    event.type === "return" && event.request.call === "write" && roleOf(event.process) === "SEND"
      ? event.process
      : null,
  after: (before, event) =>
    event.type === "return" && event.request.call === "write" ? before + event.request.bytes : before,
};

const allDelivered: Property = {
  id: "P6",
  name: "all-delivered",
  kind: "at-quiescence",
  says: "Where nothing can move, every SEND has delivered the whole log.",
  observers: [delivered],
  onQuiescence: ({ log, processes }, seen) => {
    const late = processes.find(
      ({ name }) => roleOf(name as ProcessName) === "SEND" && seen.get(delivered, name) !== log,
    );
    return late === undefined ? null : `${late.name} sleeps and has not delivered everything`;
  },
};

const chosen = (...ids: string[]) => properties.filter(({ id }) => ids.includes(id));

describe("the miniature has exactly the states and edges that Spin and TLC count", () => {
  const sizes = [
    [2, 1, 4_874, 11_944],
    [2, 2, 161_972, 486_544],
    [2, 3, 1_818_482, 5_693_828],
    [3, 1, 2_493_752, 9_694_002],
  ] as const;
  for (const [clients, messages, states, transitions] of sizes)
    it(`${clients} clients × ${messages} messages: ${states} states, ${transitions} edges`, () => {
      const report = check(settingOf(miniature(clients, messages)), chosen("P2", "P3"));
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
    expect(stepsOf("pause", allDelivered)).toBe(20));
  it("and unharmed, it delivers everything", () => expect(stepsOf("none", allDelivered)).toBe(0));
});
