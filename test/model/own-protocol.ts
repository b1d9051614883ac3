/** A protocol of one's own, as small as it can be, to make one mistake in. */
import { expect } from "vitest";
import { createMachine } from "xstate";
import {
  defineProtocol,
  exit,
  inspectProtocol,
  type Problem,
  type ProcessMachine,
  type Protocol,
  type StateDefinition,
  withStates,
} from "../../model/index.ts";

export const idle: ProcessMachine = createMachine({
  id: "idle",
  context: { offset: 0 },
  initial: "leave",
  states: { leave: { meta: { call: exit() } } },
});
export const startA = [{ role: "A", group: "A", session: "A" }];

/** A protocol of one process: these states, the first of them first, and then `leave`. */
export const having = (
  states: Record<string, StateDefinition<Record<string, never>>>,
  change = {},
): Protocol =>
  defineProtocol({
    id: "mine",
    says: "A protocol of one's own.",
    machines: { A: withStates(idle, states, { initial: Object.keys(states)[0] ?? "leave" }) },
    start: startA,
    ...change,
  });
/** The one problem that a protocol has. */
export const problemOf = (protocol: unknown): Problem | undefined => {
  const [first, ...others] = inspectProtocol(protocol as Protocol);
  expect(others).toEqual([]);
  return first;
};
