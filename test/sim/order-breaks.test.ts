/** Protocols made by hand against the reduction that leaves out orders. */
import { describe, expect, it } from "vitest";
import { createMachine } from "xstate";
import {
  defaultBounds,
  defineProtocol,
  flock,
  fstat,
  handler,
  type InitialProcess,
  kill,
  lseek,
  type Observer,
  type ProcessMachine,
  type Property,
  pause,
  type Setting,
  settingOf,
  sigsuspend,
  type Template,
  type TraceEvent,
} from "../../model/index.ts";
import { check, type Reductions } from "../../sim/index.ts";
import { outcomeOf } from "./comparison.ts";

type States = Readonly<Record<string, readonly [Template, Readonly<Record<string, unknown>>]>>;

/** A machine whose first state is the first one named. */
const machine = (states: States): ProcessMachine =>
  createMachine({
    id: "made",
    context: {},
    initial: Object.keys(states)[0] ?? "end",
    states: {
      ...Object.fromEntries(Object.entries(states).map(([name, [call, on]]) => [name, { meta: { call }, on }])),
      end: { meta: { call: pause() }, on: { "*": "end" } },
    },
  } as never) as unknown as ProcessMachine;

const settingWith = (
  machines: Readonly<Record<string, ProcessMachine>>,
  start: readonly Partial<InitialProcess>[] = [],
  more: object = {},
): Setting => {
  const protocol = defineProtocol({
    id: "made",
    says: "A protocol that was made by hand.",
    machines,
    client: machine({}),
    start: Object.keys(machines).map((role, at) => ({
      ...{ role, group: role.toLowerCase(), session: "made", holds: { log: { file: "log", append: false } } },
      ...start[at],
    })) as InitialProcess[],
    parameters: { socketBuffer: 3, readSize: 64, tokenLength: 1 },
    bounds: { ...defaultBounds, clients: 0, messages: 0, stored: 0, faults: {} },
    ...more,
  } as never);
  return settingOf(protocol);
};

const returns = (event: TraceEvent, process: string, call: string): boolean =>
  event.type === "return" && event.process === process && event.request.call === call;

/** Whether somebody's call has ever returned. */
const once = (process: string, call: string, key = ""): Observer<number> => ({
  id: `${process}-${call}`,
  initial: () => 0,
  keyOf: (event) => (returns(event, process, call) ? key : null),
  after: () => 1,
});

const always = (
  observers: readonly Observer<never>[] | readonly Observer<number>[],
  onEvent: NonNullable<Property["onEvent"]>,
): Property => ({
  ...{ id: "P101", name: "made", kind: "always", says: "made" },
  observers: observers as never,
  onEvent,
});

const blockedUsr1: InitialProcess["signals"] = [
  { signal: "SIGUSR1", disposition: handler({ restart: true }), blocked: true },
];

const none: Reductions = { symmetry: false, order: false };
const order: Reductions = { symmetry: false, order: true, learning: 1 };

const expectSame = (setting: Setting, properties: readonly Property[], reductions = order): void => {
  const expected = check(setting, properties);
  const found = check(setting, properties, { reductions });
  console.log(expected.states, found.states, expected.verdict);
  expect(outcomeOf(setting, properties, reductions, found)(false)).toEqual(
    outcomeOf(setting, properties, none, expected)(false),
  );
};

describe("what is tried where more is looked at", () => {
  it("an observer's state of one's own that is looked at only before", () => {
    const setting = settingWith(
      {
        P: machine({
          wake: [kill("O", "SIGUSR1"), { "*": "mark" }],
          mark: [fstat("log"), { "*": "end" }],
        }),
        O: machine({
          wait: [sigsuspend("SIGUSR1"), { "*": "look" }],
          look: [fstat("log"), { "*": "note" }],
          note: [lseek("log", 0, "SET"), { "*": "look" }],
        }),
      },
      [{}, { signals: blockedUsr1 }],
    );
    const marked = once("P", "fstat");
    const noted = once("O", "lseek", "O");
    const property = always([marked, noted], (event, seen) =>
      returns(event, "O", "fstat") && seen.get(marked) === 0 && seen.get(noted, "O") === 1 ? "unmarked" : null,
    );
    expectSame(setting, [property]);
  });
});
