/**
 * What a process is: a flat xstate machine whose every state names, as data, the one call that the process is about to
 * make. The call's result is the event that fires the next transition. Nothing else ever happens inside a machine, so
 * a simulated kernel and a real one can drive the same one.
 */
import {
  type AnyMachineSnapshot,
  type AnyStateMachine,
  initialTransition,
  type MachineContext,
  transition,
} from "xstate";
import { type Parameters, resolve, type Template } from "./call.ts";
import { flatTransition, isPlain } from "./flat.ts";
import type { Request, Result } from "./syscall.ts";

/** What a process does in a critical section, with or without a lock. */
export type Critical = "read" | "write";

/** The data that every state of a process machine carries. */
export interface StateMeta {
  /** The call that a process in this state is about to make, or is blocked in. */
  readonly call: Template;
  /** This state's call touches the log's contents: it must never overlap a writer's. */
  readonly critical?: Critical;
}

/** What a user of a terminal may do to its client at any moment; faults of the environment, not results of calls. */
export type Command = { readonly type: "disconnect" } | { readonly type: "return" };

export type MachineEvent = Result | Command;

/** What a machine is told at its start. */
export interface MachineInput {
  readonly parameters: Parameters;
  /** The token that opens the session; for a client, the one that it shows. */
  readonly token: string;
  /** For a client: the byte strings that it sends, one segment each, the token first. */
  readonly segments: readonly string[];
  /** For a client: whether it sends its next line only when it has received the last one back. */
  readonly paced?: boolean;
}

/** `setup({ types: machineTypes<MyContext>() })`: the types that every process machine shares. */
export const machineTypes = <Context extends MachineContext>() =>
  ({}) as { context: Context; events: MachineEvent; input: MachineInput; meta: StateMeta };

export type ProcessMachine = AnyStateMachine;

/** Where a machine stands: plain data, equal when its JSON is equal. */
export interface LocalState {
  readonly state: string;
  readonly context: Readonly<Record<string, unknown>>;
}

/** A machine got a result that its state does not handle: a hole in the protocol, never ignored. */
export class MissingEdge extends Error {
  constructor(
    readonly machine: string,
    readonly state: string,
    readonly event: MachineEvent,
  ) {
    super(
      `machine ${machine}, state “${state}”: nothing handles ${JSON.stringify(event)}. ` +
        `Add “${event.type}” to the “on” of that state.`,
    );
  }
}

/** A guard or an action of a machine threw: whoever wrote it is told where. */
export class MachineThrew extends Error {
  constructor(machine: string, state: string, event: MachineEvent, thrown: unknown) {
    super(
      `machine ${machine}, state “${state}”: a guard or an action threw on ${JSON.stringify(event)}: ` +
        (thrown instanceof Error ? thrown.message : String(thrown)),
    );
  }
}

type Snapshot = AnyMachineSnapshot;

const localOf = (snapshot: Snapshot): LocalState => ({
  state: String(snapshot.value),
  context: snapshot.context,
});

/** xstate's pure functions take some 50 µs; the same questions are asked again and again. */
const known = new WeakMap<AnyStateMachine, Map<string, LocalState>>();
const mostKnown = 20_000;
const longestKept = 1_000;

const remembered = (machine: AnyStateMachine, question: unknown, answer: () => LocalState): LocalState => {
  const answers = known.get(machine) ?? new Map<string, LocalState>();
  known.set(machine, answers);
  const key = JSON.stringify(question);
  const found = answers.get(key) ?? answer();
  if (answers.size >= mostKnown) answers.clear();
  if (key.length <= longestKept) answers.set(key, found);
  return found;
};

/** The local state that a machine starts in. */
export const startMachine = (machine: AnyStateMachine, input: unknown = {}): LocalState => {
  const { context, initial } = machine.config;
  const first = machine.states[String(initial)];
  const { entry, invoke, always } = machine.root;
  const isOnlyThat =
    typeof initial === "string" && entry.length + invoke.length === 0 && always === undefined;
  if (isOnlyThat && first !== undefined && isPlain(first) && typeof context === "object")
    return { state: initial, context };
  return remembered(machine, [input], () => localOf(initialTransition(machine, input)[0] as Snapshot));
};

/**
 * The machine's next local state. Throws {@link MissingEdge} where the state takes no such event, {@link MachineThrew} where
 * a guard or an action throws.
 */
export const advance = (machine: ProcessMachine, local: LocalState, event: MachineEvent): LocalState => {
  try {
    return nextLocal(machine, local, event);
  } catch (error) {
    throw error instanceof MissingEdge ? error : new MachineThrew(machine.id, local.state, event, error);
  }
};

const nextLocal = (machine: ProcessMachine, local: LocalState, event: MachineEvent): LocalState => {
  const next = flatTransition(machine, local, event);
  if (next) return next;
  return remembered(machine, [local, event], () => {
    const snapshot = machine.resolveState({ value: local.state, context: local.context });
    if (!snapshot.can(event)) throw new MissingEdge(machine.id, local.state, event);
    return localOf(transition(machine, snapshot, event)[0] as Snapshot);
  });
};

/** The same for an object of the kernel, which may leave events without effect. */
export const react = (
  machine: AnyStateMachine,
  local: LocalState,
  event: { readonly type: string },
): LocalState => {
  const next = flatTransition(machine, local, event);
  if (next !== undefined) return next ?? local;
  return remembered(machine, [local, event], () => {
    const snapshot = machine.resolveState({ value: local.state, context: local.context });
    return localOf(transition(machine, snapshot, event)[0] as Snapshot);
  });
};

/** Whether a machine's state carries a tag. */
export const hasTag = (machine: AnyStateMachine, state: string, tag: string): boolean =>
  machine.states[state]?.tags.includes(tag) ?? false;

/** The data on a state, or undefined where it carries none. */
export const metaOf = (machine: ProcessMachine, state: string): StateMeta | undefined =>
  machine.states[state]?.meta as StateMeta | undefined;

/** The call that a process standing there is about to make; undefined in a final state. */
export const requestOf = (
  machine: ProcessMachine,
  local: LocalState,
  parameters: Parameters,
): Request | undefined => {
  const meta = metaOf(machine, local.state);
  return meta && resolve(meta.call, local.context, parameters);
};

export const criticalOf = (machine: ProcessMachine, state: string): Critical | null =>
  metaOf(machine, state)?.critical ?? null;
