/** `advance` follows edges by itself where it can: it goes where xstate goes, from wherever a walk has led. */
import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { assign, not, setup, transition } from "xstate";
import {
  advance,
  defaultParameters,
  type LocalState,
  type MachineEvent,
  MissingEdge,
  machineTypes,
  type ProcessMachine,
  startMachine,
} from "../../model/index.ts";
import { protocols } from "../../model/protocols/index.ts";

const more = assign<{ count: number }, MachineEvent, undefined, MachineEvent, never>({
  count: ({ context }) => context.count + 1,
});

const input = { parameters: defaultParameters, token: "kk", segments: ["kk", "a1\n", "b"], paced: true };

/** What no shipped machine has: guards made of guards, assignments one after the other, states that do something on entry. */
const odd = setup({ types: machineTypes<{ count: number }>() }).createMachine({
  id: "odd",
  context: { count: 0 },
  initial: "here",
  states: {
    here: {
      on: {
        eof: [{ guard: not(({ context }) => context.count > 3), actions: more }, { target: "here" }],
        EINTR: { actions: [more, more] },
        data: "there",
      },
    },
    there: { entry: more, on: { eof: { target: "here", actions: more }, EINTR: "there" } },
  },
});

/** Many protocols share machines. */
const machines = [
  ...new Set([odd, ...protocols.flatMap(({ machines: all, client }) => [...Object.values(all), client])]),
].map((machine): [string, ProcessMachine] => [machine.id, machine]);

interface Event {
  readonly type: string;
}

/** What no state handles, or the machine as a whole. */
const rare: readonly string[] = ["failed", "never heard of"];

const steps = fc.array(
  fc.record({
    nth: fc.nat(20),
    event: fc.record({
      name: fc.constantFrom("socket", "lifeline", "listener", "c1", ""),
      bytes: fc.constantFrom("", "a", "a1\n", "a1\nb", "kk", "* x\n", "\u0007\n", "abcdefgh"),
      value: fc.nat(9),
    }),
  }),
  { minLength: 30, maxLength: 30 },
);

/** What an event comes to: where it leads, or that it leads nowhere. */
const outcomeOf = (go: () => LocalState): unknown => {
  try {
    return go();
  } catch (error) {
    if (error instanceof MissingEdge) return "no edge";
    return "it cannot be worked out";
  }
};

const byXstate = (machine: ProcessMachine, local: LocalState, event: Event): LocalState => {
  const snapshot = machine.resolveState({ value: local.state, context: local.context });
  if (!snapshot.can(event)) throw new MissingEdge(machine.id, local.state, { type: "eof" });
  const [next] = transition(machine, snapshot, event);
  return { state: String(next.value), context: next.context as LocalState["context"] };
};

describe.each(machines)("%s", (_, machine) => {
  test.prop([steps], { numRuns: 4 })("goes where xstate goes", (walk) => {
    let local = startMachine(machine, input);
    for (const { nth, event } of walk) {
      const types = [...(machine.states[local.state]?.transitions.keys() ?? [])];
      const happening = {
        ...event,
        type: rare[nth] ?? types[nth % types.length]?.replace("*", "EINTR") ?? "eof",
      };
      const expected = outcomeOf(() => byXstate(machine, local, happening));
      const found = outcomeOf(() => advance(machine, local, happening as never));
      expect(found).toEqual(expected);
      if (typeof found === "object") local = found as LocalState;
      else local = startMachine(machine, input);
    }
  });
});
