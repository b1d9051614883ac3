/** `advance` and `startMachine` answer plain questions themselves: as xstate would, on every machine that there is. */
import { describe, expect, test } from "vitest";
import { initialTransition, transition } from "xstate";
import {
  advance,
  defaultParameters,
  type MachineEvent,
  type ProcessMachine,
  pause,
  script,
  startMachine,
} from "../../model/index.ts";
import { protocols } from "../../model/protocols/index.ts";

const input = { parameters: defaultParameters, token: "kk", segments: [] };
const scripts: [string, ProcessMachine] = ["a script", script(pause(), pause())];
const machines = protocols.flatMap(({ id, machines: all, client }) =>
  Object.entries({ ...all, client }).map(([role, machine]): [string, ProcessMachine] => [
    `${id}, ${role}`,
    machine,
  ]),
);

describe.each([scripts, ...machines])("%s", (_, machine) => {
  const start = startMachine(machine, input);

  test("starts where xstate starts it", () => {
    const [snapshot] = initialTransition(machine, input);
    expect(start).toEqual({ state: snapshot.value, context: snapshot.context });
  });

  test("goes where xstate goes, by edges without guard and action", () => {
    for (const node of Object.values(machine.states))
      for (const [type, [edge, ...others]] of node.transitions) {
        if (edge === undefined || others.length > 0 || edge.guard || edge.actions.length > 0) continue;
        const event = { type: type === "*" ? "EINTR" : type } as MachineEvent;
        const snapshot = machine.resolveState({ value: node.key, context: start.context });
        const [next] = transition(machine, snapshot, event);
        expect(advance(machine, { state: node.key, context: start.context }, event)).toEqual({
          state: next.value,
          context: next.context,
        });
      }
  });
});
