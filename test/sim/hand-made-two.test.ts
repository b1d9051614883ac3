/** Protocols made by hand to break the reduction that leaves out orders: each of them once did. */
import { describe, expect, it } from "vitest";
import { createMachine } from "xstate";
import {
  defaultBounds,
  defineProtocol,
  fstat,
  handler,
  type InitialProcess,
  kill,
  lseek,
  type Observer,
  type ProcessMachine,
  type Property,
  pause,
  pread,
  type Setting,
  settingOf,
  sigsuspend,
  spawn,
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
      ...Object.fromEntries(
        Object.entries(states).map(([name, [call, on]]) => [name, { meta: { call }, on }]),
      ),
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
  expect(outcomeOf(setting, properties, reductions, found)(false)).toEqual(
    outcomeOf(setting, properties, none, expected)(false),
  );
};

describe("what is tried one column at a time", () => {
  it("two columns of one side, each changed by another step", () => {
    const setting = settingWith(
      {
        P: machine({
          wake: [kill("Q", "SIGUSR1"), { "*": "look" }],
          look: [fstat("log"), { "*": "end" }],
        }),
        Q: machine({
          wait: [sigsuspend("SIGUSR1"), { "*": "one" }],
          one: [lseek("log", 0, "SET"), { "*": "two" }],
          two: [pread("log", 1, 0), { "*": "end" }],
        }),
      },
      [{}, { signals: blockedUsr1 }],
    );
    const [one, two] = [once("Q", "lseek"), once("Q", "pread")];
    const property = always([one, two], (event, seen) => {
      if (!returns(event, "P", "fstat")) return null;
      const both = [seen.get(one), seen.get(two)];
      return both.every((state) => state === 1) ? "both" : null;
    });
    for (let learning = 1; learning < 9; learning++) expectSame(setting, [property], { ...order, learning });
  });

  it("two columns of somebody's step, each changed at once by another process", () => {
    const setting = settingWith(
      {
        P: machine({
          wake: [kill("Q", "SIGUSR1"), { "*": "mark" }],
          mark: [lseek("log", 0, "SET"), { "*": "end" }],
        }),
        R: machine({
          wake: [kill("Q", "SIGUSR1"), { "*": "mark" }],
          mark: [pread("log", 1, 0), { "*": "end" }],
        }),
        Q: machine({
          wait: [sigsuspend("SIGUSR1"), { "*": "again" }],
          again: [sigsuspend("SIGUSR1"), { "*": "look" }],
          look: [fstat("log"), { "*": "end" }],
        }),
      },
      [{}, {}, { signals: blockedUsr1 }],
    );
    const [one, two] = [once("P", "lseek"), once("R", "pread")];
    const property = always([one, two], (event, seen) => {
      if (!returns(event, "Q", "fstat")) return null;
      const both = [seen.get(one), seen.get(two)];
      return both.every((state) => state === 0) ? "neither" : null;
    });
    for (let learning = 1; learning < 9; learning++) expectSame(setting, [property], { ...order, learning });
  });

  it("a column that the process only looks at, and that another one changes at once before others are seen", () => {
    const setting = settingWith(
      {
        P: machine({
          wake: [kill("X", "SIGUSR1"), { "*": "look" }],
          look: [fstat("log"), { "*": "end" }],
        }),
        X: machine({
          wait: [sigsuspend("SIGUSR1"), { "*": "spawn" }],
          spawn: [spawn("C", { descriptors: { log: "log" } }), { "*": "end" }],
        }),
        Q: machine({
          wait: [sigsuspend("SIGUSR1"), { "*": "change" }],
          change: [pread("log", 1, 0), { "*": "end" }],
        }),
        C: machine({
          wake: [kill("Q", "SIGUSR1"), { "*": "mark" }],
          mark: [lseek("log", 0, "SET"), { "*": "end" }],
        }),
      },
      [{}, { signals: blockedUsr1 }, { signals: blockedUsr1 }],
      {
        start: ["P", "X", "Q"].map((role) => ({
          ...{ role, group: role.toLowerCase(), session: "made" },
          holds: { log: { file: "log", append: false } },
          ...(role === "P" ? {} : { signals: blockedUsr1 }),
        })),
      },
    );
    const isMark = (event: TraceEvent) =>
      event.type === "return" && event.process.startsWith("C") && event.request.call === "lseek";
    const seen: Observer<number> = {
      id: "seen",
      initial: () => 0,
      keyOf: (event) => (isMark(event) || returns(event, "Q", "pread") ? "" : null),
      after: (state, event) => ({ 0: isMark(event) ? 1 : 5, 1: 3, 5: 3 })[state] ?? state,
    };
    const property = always([seen], (event, of) =>
      returns(event, "P", "fstat") && of.get(seen) === 5 ? "five" : null,
    );
    for (let learning = 1; learning < 9; learning++) expectSame(setting, [property], { ...order, learning });
  });
});
