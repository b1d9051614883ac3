/** Small protocols made by hand: machines as tables of states, and properties of what calls have returned. */
import { expect } from "vitest";
import { createMachine } from "xstate";
import {
  defaultBounds,
  defineProtocol,
  handler,
  type InitialProcess,
  lseek,
  type Observer,
  type ProcessMachine,
  type Property,
  pause,
  type Setting,
  settingOf,
  type Template,
  type TraceEvent,
} from "../../model/index.ts";
import { check, type Reductions } from "../../sim/index.ts";
import { outcomeOf } from "./comparison.ts";

type States = Readonly<Record<string, readonly [Template, Readonly<Record<string, unknown>>]>>;

/** A machine whose first state is the first one named. */
export const machine = (states: States): ProcessMachine =>
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

export const settingWith = (
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

export const returns = (event: TraceEvent, process: string, call: string): boolean =>
  event.type === "return" && event.process === process && event.request.call === call;

/** Whether somebody's call has ever returned. */
export const once = (process: string, call: string, key = ""): Observer<number> => ({
  id: `${process}-${call}`,
  initial: () => 0,
  keyOf: (event) => (returns(event, process, call) ? key : null),
  after: () => 1,
});

export const always = (
  observers: readonly Observer<never>[] | readonly Observer<number>[],
  onEvent: NonNullable<Property["onEvent"]>,
): Property => ({
  ...{ id: "P101", name: "made", kind: "always", says: "made" },
  observers: observers as never,
  onEvent,
});

export const blockedUsr1: NonNullable<InitialProcess["signals"]> = [
  { signal: "SIGUSR1", disposition: handler({ restart: true }), blocked: true },
];

const none: Reductions = { symmetry: false, order: false, data: false };

/** Next to nothing is learnt beforehand. */
export const order: Reductions = { symmetry: false, order: true, data: false, learning: 1 };

/** Verdicts, steps and states of rest are those of the full search, also where excursions are made while it sweeps. */
export const expectSame = (setting: Setting, properties: readonly Property[], reductions = order): void => {
  const expected = outcomeOf(setting, properties, none, check(setting, properties))(false);
  for (const excursions of [undefined, { few: 0, many: 8, large: 3 }]) {
    const found = check(setting, properties, {
      reductions: { ...reductions, ...(excursions && { excursions }) },
    });
    expect(outcomeOf(setting, properties, reductions, found)(false)).toEqual(expected);
  }
};

/** The same however much is learnt beforehand, from next to nothing on. */
export const expectSameAtAny = (most: number, setting: Setting, properties: readonly Property[]): void => {
  for (let learning = 1; learning <= most; learning++)
    expectSame(setting, properties, { ...order, learning });
};

/** States that make a call of no consequence, so many in a row, and what comes behind them. */
export const pads = (count: number, next: string): States =>
  Object.fromEntries(
    Array.from({ length: count }, (_, at) => [
      `pad${at}`,
      [lseek("log", 0, "SET"), { "*": at + 1 < count ? `pad${at + 1}` : next }] as const,
    ]),
  );
