/**
 * Machines made of other machines: how a variant says its one change. Every function returns a copy; what stands inline in
 * the states that are kept, guards and actions included, is kept with them.
 */
import {
  type ActionFunction,
  type AnyStateMachine,
  createMachine,
  type MachineContext,
  type ProvidedActor,
} from "xstate";
import type { Template } from "./call.ts";
import type { MachineEvent, MachineInput, ProcessMachine, StateMeta } from "./machine.ts";

interface Edge<C extends MachineContext, E extends MachineEvent> {
  readonly guard?: (input: { context: C; event: E }) => boolean;
  readonly target?: string;
  readonly actions?: ActionFunction<C, E, MachineEvent, undefined, ProvidedActor, never, never, never, never>;
}

/** Where each result of a state's call leads. */
export type Edges<C extends MachineContext> = {
  readonly [T in MachineEvent["type"]]?:
    | string
    | Edge<C, Extract<MachineEvent, { type: T }>>
    | readonly Edge<C, Extract<MachineEvent, { type: T }>>[];
};

/** A state as a variant writes it down. */
export interface StateDefinition<C extends MachineContext> {
  readonly meta: StateMeta;
  readonly on?: Edges<C>;
}

interface Rest<C extends MachineContext> {
  readonly initial?: string;
  readonly context?: (start: { input: MachineInput }) => C;
}

type States = NonNullable<AnyStateMachine["config"]["states"]>;

const rebuild = (machine: ProcessMachine, states: States, rest: object = {}): ProcessMachine =>
  createMachine({ ...machine.config, ...rest, states }, machine.implementations);

const statesOf = (machine: ProcessMachine): States => machine.config.states ?? {};

const stateOf = (machine: ProcessMachine, name: string): States[string] => {
  const state = statesOf(machine)[name];
  if (state !== undefined) return state;
  const names = Object.keys(statesOf(machine)).join(", ");
  throw new RangeError(`machine ${machine.id} has no state “${name}”; it has ${names}`);
};

/** Some states replaced or added. */
export const withStates = <C extends MachineContext>(
  machine: ProcessMachine,
  changes: Readonly<Record<string, StateDefinition<C>>>,
  rest: Rest<C> = {},
): ProcessMachine => rebuild(machine, { ...statesOf(machine), ...(changes as unknown as States) }, rest);

/** One state makes another call. Throws a RangeError where the machine has no such state. */
export const withCall = (machine: ProcessMachine, name: string, call: Template): ProcessMachine => {
  const state = stateOf(machine, name);
  const meta = { ...(state?.meta as StateMeta), call };
  return rebuild(machine, { ...statesOf(machine), [name]: { ...state, meta } });
};

/** Some results of one state's call lead elsewhere. */
export const withEdges = <C extends MachineContext>(
  machine: ProcessMachine,
  name: string,
  edges: Edges<C>,
): ProcessMachine => {
  const state = stateOf(machine, name);
  return rebuild(machine, { ...statesOf(machine), [name]: { ...state, on: { ...state?.on, ...edges } } });
};

const redirected = (edge: unknown, from: string, to: string): unknown => {
  if (edge === from) return to;
  if (Array.isArray(edge)) return edge.map((one) => redirected(one, from, to));
  if (typeof edge === "object" && edge !== null && "target" in edge && edge.target === from)
    return { ...edge, target: to };
  return edge;
};

/** The states of a machine, with every edge to `from` leading to `to` instead. */
const statesRedirected = (machine: ProcessMachine, from: string, to: string): States =>
  Object.fromEntries(
    Object.entries(statesOf(machine)).map(([name, state]) => {
      const on = Object.entries(state?.on ?? {}).map(([type, edge]) => [type, redirected(edge, from, to)]);
      return [name, { ...state, on: Object.fromEntries(on) }];
    }),
  );

const initialInstead = ({ config }: ProcessMachine, from: string, to: string): object =>
  config.initial === from ? { initial: to } : {};

/** One state less: whatever led to it leads to `to` instead. */
export const withoutState = (machine: ProcessMachine, skipped: string, to: string): ProcessMachine => {
  stateOf(machine, skipped);
  const { [skipped]: _, ...states } = statesRedirected(machine, skipped, to);
  return rebuild(machine, states, initialInstead(machine, skipped, to));
};

/** One state more: whatever led to `before` leads to it instead. */
export const withStateBefore = <C extends MachineContext>(
  machine: ProcessMachine,
  before: string,
  name: string,
  state: StateDefinition<C>,
): ProcessMachine => {
  stateOf(machine, before);
  const states = { ...statesRedirected(machine, before, name), [name]: state as unknown as States[string] };
  return rebuild(machine, states, initialInstead(machine, before, name));
};
