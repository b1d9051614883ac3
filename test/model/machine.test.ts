/** `advance` and `startMachine` answer plain questions themselves: as xstate would, on every machine that there is. */
import { describe, expect, test } from "vitest";
import { type AnyStateMachine, initialTransition, transition } from "xstate";
import { flatTransition } from "../../model/flat.ts";
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

describe("flat transitions are xstate's", () => {
  /** All that any event may carry. */
  const carried = ["", "\n", "kk", "a1\n", "a1\nb"].flatMap((bytes, at) =>
    (["default", "ignore", "handler"] as const).map((kind) => ({
      ...{ bytes, value: bytes.length, at, name: "socket", disposition: { kind } },
      by: at % 2 === 0 ? "RECV[1].log" : "SEND[1].log",
    })),
  );
  /** Every kind of event that a machine names, and one that it does not. */
  const eventsOf = (machine: AnyStateMachine) => {
    const types = [machine.root, ...Object.values(machine.states)].flatMap((node) => [
      ...node.transitions.keys(),
    ]);
    return [...new Set([...types, "nobody takes this"])].flatMap((type) =>
      carried.map((one) => ({ ...one, type })),
    );
  };
  const objects = [...new Set(protocols.flatMap(({ lock, signal }) => [lock, signal]))];
  const processes = [...new Set(machines.map(([, machine]) => machine))];
  const all = [...objects, ...processes].map((machine): [string, AnyStateMachine] => [machine.id, machine]);
  const mostStates = 12;

  test.each(all)("of %s", (_, machine) => {
    const first = startMachine(machine, { ...input, disposition: { kind: "handler", restart: true } });
    const reached = new Map([[JSON.stringify(first), first]]);
    let flat = 0;
    for (const local of reached.values()) {
      const snapshot = machine.resolveState({ value: local.state, context: local.context });
      for (const event of eventsOf(machine)) {
        const found = flatTransition(machine, local, event);
        if (found === undefined) continue;
        flat++;
        const [next] = transition(machine, snapshot, event);
        expect(found ?? local).toEqual({ state: next.value, context: next.context });
        expect(found !== null).toBe(snapshot.can(event));
        if (found !== null && reached.size < mostStates) reached.set(JSON.stringify(found), found);
      }
    }
    expect(flat).toBeGreaterThan(0);
  });
});
