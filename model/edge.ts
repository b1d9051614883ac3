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
type Assigner = (input: Input) => unknown;
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

const edgesOf = (machine: AnyStateMachine, state: string, event: string): readonly Edge[] => {
  const here = machine.states[state];
  if (here === undefined || machine.root.always !== undefined || !isPlain(here)) return [];
  const transitions = here.transitions.get(event) ?? here.transitions.get("*") ?? [];
  const edges = transitions.map((transition) => edgeOf(machine, here, transition));
  const known = edges.filter((edge) => edge !== undefined);
  return known.length === edges.length ? known : [];
};

const known = new WeakMap<AnyStateMachine, Map<string, Map<string, readonly Edge[]>>>();

const knownEdges = (machine: AnyStateMachine, state: string, event: string): readonly Edge[] => {
  const states = known.get(machine) ?? new Map<string, Map<string, readonly Edge[]>>();
  known.set(machine, states);
  const events = states.get(state) ?? new Map<string, readonly Edge[]>();
  states.set(state, events);
  const edges = events.get(event) ?? edgesOf(machine, state, event);
  events.set(event, edges);
  return edges;
};

const assigned = (assignment: Assignment, input: Input): Context => {
  if (isFunction(assignment)) return { ...input.context, ...assignment(input) };
  const context: Record<string, unknown> = { ...input.context };
  for (const [key, value] of Object.entries(assignment))
    context[key] = isFunction(value) ? (value as Assigner)(input) : value;
  return context;
};

/** Where an event leads; undefined where no edge can be followed without asking xstate. */
export const follow = (
  machine: AnyStateMachine,
  { state, context }: { readonly state: string; readonly context: Context },
  event: { readonly type: string },
): { readonly state: string; readonly context: Context } | undefined => {
  const edge = knownEdges(machine, state, event.type).find(
    ({ guard }) => guard?.({ context, event }) ?? true,
  );
  if (edge === undefined) return undefined;
  const { assignments, target } = edge;
  return {
    state: target,
    context: assignments.reduce<Context>(
      (before, assignment) => assigned(assignment, { context: before, event }),
      context,
    ),
  };
};
