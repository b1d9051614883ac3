/** Machines of the lock and of a signal with one error each: what a conformance run must be able to find. */
import { type AnyStateMachine, createMachine } from "xstate";
import { lock, signal } from "../../model/index.ts";
import type { Planted } from "./programs.ts";

/** A machine that answers one event in one state in another way. */
const answering = (
  machine: AnyStateMachine,
  state: string,
  event: string,
  edges: unknown,
): AnyStateMachine => {
  const { states = {} } = machine.config;
  const changed = { ...states[state], on: { ...states[state]?.on, [event]: edges } };
  return createMachine(
    { ...machine.config, states: { ...states, [state]: changed } } as typeof machine.config,
    machine.implementations,
  );
};

const edgesOf = (machine: AnyStateMachine, state: string, event: string): unknown[] =>
  [machine.config.states?.[state]?.on?.[event]].flat();

const ignoring = (input: { context: { disposition: { kind: string } } }) =>
  input.context.disposition.kind === "ignore";

export const planted: Readonly<Record<string, Planted>> = {
  "a lock outlives the last descriptor of its description": {
    lock: answering(lock, "exclusive", "drop", {}),
  },
  "an upgrade that has to wait keeps its shared lock": {
    lock: answering(lock, "shared", "exclude", edgesOf(lock, "shared", "exclude").slice(0, 1)),
  },
  "whoever unlocks frees the lock, also where others read": {
    lock: answering(lock, "shared", "release", edgesOf(lock, "shared", "release").slice(0, 1)),
  },
  "a signal that is ignored is not kept while it is blocked": {
    signal: answering(signal, "blocked", "send", [{ guard: ignoring }, { target: "pending" }]),
  },
  "ignoring a signal does not discard the one that is pending": {
    signal: answering(signal, "pending", "install", edgesOf(signal, "pending", "install").slice(1)),
  },
  "a System V handler serves for ever": {
    signal: answering(signal, "caught", "handled", { target: "open" }),
  },
};
