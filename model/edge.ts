/**
 * The edges of flat machines, followed without xstate where they are what nearly all of them are: guards and assignments that are
 * functions of context and event, between states that do nothing on their own account. xstate gives the same answer, and takes
 * fifty times as long; whatever is not of that kind is left to it.
 */
import type { AnyStateMachine } from "xstate";

type Context = Readonly<Record<string, unknown>>;

interface Input {
  readonly context: Context;
  readonly event: { readonly type: string };
}

type Guard = (input: Input) => boolean;
/** What `assign` was given: a function of all, or one value or function for each key. */
type Assignment = ((input: Input) => Context) | Readonly<Record<string, unknown>>;

interface Edge {
  readonly guard: Guard | undefined;
  readonly assignments: readonly Assignment[];
  readonly target: string;
}

type Node = AnyStateMachine["root"];
type Transition = ReturnType<Node["transitions"]["get"]> extends (infer T)[] | undefined ? T : never;

/** Whether coming to a state, or leaving it, is nothing but that. */
export const isPlain = ({ type, entry, exit, invoke, always }: Node): boolean =>
  type === "atomic" && entry.length + exit.length + invoke.length === 0 && always === undefined;

const isFunction = (value: unknown): value is (input: Input) => unknown => typeof value === "function";

/** The assignment of an action; undefined where it is of another kind. */
const assignmentOf = (action: unknown): Assignment | undefined =>
  isFunction(action) && "type" in action && action.type === "xstate.assign" && "assignment" in action
    ? (action.assignment as Assignment)
    : undefined;

const edgeOf = (
  machine: AnyStateMachine,
  from: Node,
  { guard, actions, target }: Transition,
): Edge | undefined => {
  // A guard that xstate builds of others, `not` or `and`, carries its check along, and wants more than context and event.
  if (guard !== undefined && (!isFunction(guard) || "check" in guard)) return undefined;
  const assignments = actions.map(assignmentOf).filter((assignment) => assignment !== undefined);
  const [to = from, ...others] = target ?? [];
  if (assignments.length < actions.length || others.length > 0) return undefined;
  if (to.parent !== machine.root || !isPlain(to)) return undefined;
  return { guard: guard as Guard | undefined, assignments, target: to.key };
};

/** For each state and each event that it names: where that may lead. What is not there has to be asked for. */
type Edges = ReadonlyMap<string, ReadonlyMap<string, readonly Edge[]>>;

const edgesFrom = (machine: AnyStateMachine, state: Node): ReadonlyMap<string, readonly Edge[]> => {
  if (!isPlain(state)) return new Map();
  const all = [...state.transitions].map(([event, transitions]) => {
    const edges = transitions.map((transition) => edgeOf(machine, state, transition));
    const plain = edges.filter((edge) => edge !== undefined);
    return [event, plain.length === edges.length ? plain : []] as const;
  });
  return new Map(all);
};

const edgesOf = (machine: AnyStateMachine): Edges =>
  machine.root.always === undefined
    ? new Map(Object.entries(machine.states).map(([name, state]) => [name, edgesFrom(machine, state)]))
    : new Map();

const known = new WeakMap<AnyStateMachine, Edges>();

/** Looks a machine over, once. */
const learn = (machine: AnyStateMachine): Edges => {
  const edges = edgesOf(machine);
  known.set(machine, edges);
  return edges;
};

const assigned = (assignment: Assignment, input: Input): Context => {
  if (isFunction(assignment)) return { ...input.context, ...(assignment(input) as Context) };
  const context: Record<string, unknown> = { ...input.context };
  for (const key of Object.keys(assignment)) {
    const value = assignment[key];
    context[key] = isFunction(value) ? value(input) : value;
  }
  return context;
};

/** Where an event leads; undefined where no edge can be followed without asking xstate. */
export const follow = (
  machine: AnyStateMachine,
  { state, context }: { readonly state: string; readonly context: Context },
  event: { readonly type: string },
): { readonly state: string; readonly context: Context } | undefined => {
  const events = (known.get(machine) ?? learn(machine)).get(state);
  for (const { guard, assignments, target } of events?.get(event.type) ?? events?.get("*") ?? []) {
    if (guard !== undefined && !guard({ context, event })) continue;
    let after = context;
    for (const assignment of assignments) after = assigned(assignment, { context: after, event });
    return { state: target, context: after };
  }
  return undefined;
};
