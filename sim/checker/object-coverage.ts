/**
 * Which transitions of the lock and the signal machine a kernel has taken: every state, every event, and every branch
 * that the event has there, the one where nothing happens included.
 */
import type { Protocol } from "../../model/index.ts";
import type { Reaction } from "../kernel/index.ts";

/** `lock shared: exclude [2] → shared`, `signal fatal: send → nothing` */
export interface ObjectTransition {
  readonly object: Reaction["object"];
  readonly state: string;
  readonly event: string;
  /** Which of the event's branches, from 1; 0 where none of them is taken. */
  readonly branch: number;
  readonly target: string;
}

export const showObjectTransition = ({ object, state, event, branch, target }: ObjectTransition): string =>
  `${object} ${state}: ${event}${branch > 1 ? ` [${branch}]` : ""} → ${branch === 0 ? "nothing" : target}`;

type Machine = Protocol["lock"];

/** The branches that an event has in a state; those of the whole machine come after the state's own. */
const branchesOf = (machine: Machine, state: string, event: string) =>
  [machine.states[state], machine.root].flatMap((node) => node?.transitions.get(event) ?? []);

const eventsOf = (machine: Machine): string[] => [
  ...new Set(
    [machine.root, ...Object.values(machine.states)].flatMap((node) => [...node.transitions.keys()]),
  ),
];

/** Every transition that there is. Where the last branch has a guard, or there is none, nothing may happen as well. */
export const objectTransitions = (protocol: Protocol): ObjectTransition[] =>
  (["lock", "signal"] as const).flatMap((object) =>
    Object.keys(protocol[object].states).flatMap((state) =>
      eventsOf(protocol[object]).flatMap((event) => {
        const branches = branchesOf(protocol[object], state, event);
        const taken = branches.map(({ target }, at) => ({
          ...{ object, state, event },
          ...{ branch: at + 1, target: target?.[0]?.key ?? state },
        }));
        const idle = { object, state, event, branch: 0, target: state };
        return branches.at(-1)?.guard !== undefined || branches.length === 0 ? [...taken, idle] : taken;
      }),
    ),
  );

/** The transition that a reaction was. */
export const transitionIn = (protocol: Protocol, { object, before, event }: Reaction): ObjectTransition => {
  const machine = protocol[object];
  const snapshot = machine.resolveState({ value: before.state, context: before.context });
  const [taken] = machine.getTransitionData(snapshot, event);
  const branch = branchesOf(machine, before.state, event.type).indexOf(taken!) + 1;
  const target = taken?.target?.[0]?.key ?? before.state;
  return { object, state: before.state, event: event.type, branch, target };
};
