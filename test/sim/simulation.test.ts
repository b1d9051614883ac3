import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import {
  type Datum,
  defaultBounds,
  type FaultName,
  type Finding,
  faultNames,
  Judge,
  judge,
  type Setting,
  type Store,
  settingOf,
  type TraceEvent,
} from "../../model/index.ts";
import { papaya, protocols } from "../../model/protocols/index.ts";
import { properties } from "../../properties/index.ts";
import { RandomScheduler, simulate } from "../../sim/index.ts";
import { Knowledge } from "../../sim/knowledge/knowledge.ts";
import { quiescentEvent } from "../../sim/quiescence.ts";
import { Simulation } from "../../sim/simulation.ts";
import type { Transition } from "../../sim/transition.ts";
import { cellsOf } from "../../sim/world.ts";
import { faultPlan, settingFrom, workload } from "../arbitraries/index.ts";
import { PlainSimulation } from "./plain-simulation.ts";

/** Who is picked at a step, which of its calls, and whether a fault is tried instead. */
interface Pick {
  readonly who: number;
  readonly which: number;
  readonly fault: FaultName | null;
}
const picks = fc.array(
  fc.record<Pick>({
    who: fc.nat(30),
    which: fc.nat(2),
    fault: fc.option(fc.constantFrom(...faultNames), { freq: 12 }),
  }),
  { minLength: 100, maxLength: 220, size: "max" },
);

const told = ({ action, events, reactions, writes }: Transition) => ({
  ...{ action, events, reactions },
  writes: [...writes],
});

/** What observers and properties make of a plain run. */
class PlainObservers {
  readonly cells = new Map<string, Datum>();
  private readonly store: Store = {
    read: (cell) => this.cells.get(cell) ?? null,
    write: (cell, value) => void this.cells.set(cell, value),
  };

  constructor(private readonly setting: Setting) {}

  hear(events: readonly TraceEvent[]): readonly (Finding & { readonly nth: number })[] {
    return events.flatMap((event, nth) =>
      judge(properties, this.setting, this.store, event).map((finding) => ({ ...finding, nth })),
    );
  }
}

/** Takes the same steps fast and plainly, and looks at everything after each of them. */
const follow = (setting: Setting, course: readonly Pick[], knowledge: Knowledge): void => {
  const fast = new Simulation(setting, properties, knowledge);
  const plain = new PlainSimulation(setting);
  const observers = new PlainObservers(setting);
  const judges = { fast: new Judge(properties, setting), plain: new Judge(properties, setting) };
  const written = new Set(plain.values.keys());
  for (const { who, which, fault } of course) {
    expect(fast.processes).toEqual(plain.processes);
    const candidates = fast.maybeEnabled.map((number) => fast.nameOf(number));
    expect(candidates).toEqual(plain.maybeEnabled);
    const from = fault === null ? candidates : fast.processes;
    const process = from[who % Math.max(1, from.length)];
    if (process === undefined) break;
    const able = fault === null ? fast.callsOf(process) : fast.faultsTo(process, fault);
    const plainly = fault === null ? plain.callsOf(process) : plain.faultsTo(process, fault);
    expect(able.map(told)).toEqual(plainly.map(told));
    const [edge, transition] = [able[which % able.length], plainly[which % able.length]];
    if (edge === undefined || transition === undefined) continue;
    expect(told(fast.find(edge.action) ?? edge)).toEqual(told(edge));
    const number = fast.maybeEnabled[candidates.indexOf(process)] ?? -1;
    if (fault === null) expect(fast.countCalls(number)).toBe(able.length);
    // As schedulers do that only count, and as those that look.
    const turn = fault === null && who % 2 === 0 ? fast.nthCall(number, which % able.length) : edge;
    expect(fast.edgeOf(turn).action).toEqual(transition.action);
    const broken = judges.fast.learn(fast.go(turn), fast.told);
    const events = plain.take(transition);
    expect(fast.steps.at(-1)).toEqual(transition.action);
    expect(broken).toEqual(events.flatMap((event) => judges.plain.hear(event)));
    expect(fast.told).toEqual(observers.hear(events));
    for (const cell of transition.writes.keys()) written.add(cell);
    for (const cell of written) expect(fast.valueOf(cell)).toEqual(plain.values.get(cell) ?? null);
    for (const [cell, value] of observers.cells) expect(fast.valueOf(cell)).toEqual(value);
  }
  const event = quiescentEvent(setting, cellsOf(plain.values));
  expect(fast.quiescentEvent()).toEqual(event);
  expect(judges.fast.learn(1, fast.quiescence())).toEqual(judges.plain.hear(event));
  expect(judges.fast.verdicts(true)).toEqual(judges.plain.verdicts(true));
};

/** So much was new that not everything is remembered any more. */
const doubt = ({ worth }: Knowledge): void => {
  while (worth.isGiven) worth.note(false);
};

/** Time has passed since. */
const trust = ({ worth }: Knowledge): void => {
  while (!worth.isGiven) worth.pass();
};

describe("a simulation is the plain one, step by step,", () => {
  const some = fc.tuple(fc.constantFrom(...protocols), workload, faultPlan());
  const parameters = { seed: 1, numRuns: 20 };

  test.prop([some, picks, picks], parameters)(
    "whatever other runs have found out before it",
    ([protocol, work, faults], first, second) => {
      const setting = settingFrom(protocol, work, faults);
      const knowledge = new Knowledge(setting, properties);
      for (const course of [first, first, first, second, first]) follow(setting, course, knowledge);
    },
  );

  test.prop([some, picks, picks], parameters)(
    "whether everything is remembered, or only what happens where a process has come by a known way",
    ([protocol, work, faults], first, second) => {
      const setting = settingFrom(protocol, work, faults);
      const knowledge = new Knowledge(setting, properties);
      for (const course of [first, first]) follow(setting, course, knowledge);
      doubt(knowledge);
      for (const course of [second, first, second, second, second]) follow(setting, course, knowledge);
      trust(knowledge);
      for (const course of [second, first]) follow(setting, course, knowledge);
    },
  );

  test.prop([some, picks], parameters)(
    "when there is no room for more, from the start or after a while",
    ([protocol, work, faults], course) => {
      const setting = settingFrom(protocol, work, faults);
      for (const most of [0, 300_000]) {
        const knowledge = new Knowledge(setting, properties, most);
        for (let time = 0; time < 4; time++) follow(setting, course, knowledge);
      }
    },
  );
});

it("runs that come the same way again are known by heart, and are the same", () => {
  const setting = settingOf(papaya, { ...defaultBounds, clients: 3 });
  const run = () => simulate(setting, properties, new RandomScheduler(setting, "1"));
  const [first, ...others] = [run(), run(), run(), run(), run()];
  for (const other of others) expect(other).toEqual(first);
});
