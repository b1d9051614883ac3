/**
 * One transition of a flat machine, worked out from its own edges, guards and assignments: what xstate's interpreter would
 * give, in a fiftieth of the time. Whatever is more than that (entry and exit actions, guards and actions by name, actors) is
 * left to xstate; tests hold the two against each other on every machine that there is.
 */
import type { AnyStateMachine } from "xstate";

export interface Flat {
  readonly state: string;
  readonly context: Readonly<Record<string, unknown>>;
}

type Context = Flat["context"];
type Node = AnyStateMachine["root"];
type Transition = Node["transitions"] extends ReadonlyMap<string, readonly (infer T)[]> ? T : never;

/** Whether coming to a state, or leaving it, is nothing but that. */
export const isPlain = ({ type, entry, exit, invoke, always }: Node): boolean =>
  type === "atomic" && entry.length + exit.length + invoke.length === 0 && always === undefined;

class MoreThanFlat extends Error {}

/** What guards and assignments are handed. */
class Input {
  constructor(
    readonly context: Context,
    readonly event: { readonly type: string },
  ) {}

  // What else xstate hands to them: whoever wants that is not flat.
  get self(): never {
    throw new MoreThanFlat();
  }
  get spawn(): never {
    throw new MoreThanFlat();
  }
  get system(): never {
    throw new MoreThanFlat();
  }
}

type Inline = (input: Input) => unknown;
/** What `assign` was given: a function of all, or one value or function for each key. */
type Assignment = Inline | Readonly<Record<string, unknown>>;

interface Edge {
  readonly guard: Inline | undefined;
  readonly assignments: readonly Assignment[];
  readonly target: string;
  /** Whether it says that the event changes nothing here: to xstate that is nobody's taking it. */
  readonly isNone: boolean;
}

/** Where an event may lead from a state. */
interface Edges {
  readonly all: readonly Edge[];
  /** What it comes to where none of them takes it: nothing, or that xstate has to be asked. */
  readonly otherwise: null | undefined;
}

const isInline = (value: unknown): value is Inline => typeof value === "function";

/** The assignment of an action; undefined where it is of another kind. */
const assignmentOf = (action: unknown): Assignment | undefined =>
  isInline(action) && "type" in action && action.type === "xstate.assign" && "assignment" in action
    ? (action.assignment as Assignment)
    : undefined;

/** An edge that is flat; undefined where it is more than that. */
const edgeOf = (
  machine: AnyStateMachine,
  from: Node,
  { guard, actions, target }: Transition,
): Edge | undefined => {
  // A guard that xstate builds of others, `not` or `and`, carries its check along, and wants more than context and event.
  if (guard !== undefined && (!isInline(guard) || "check" in guard)) return undefined;
  const assignments = actions.map(assignmentOf).filter((assignment) => assignment !== undefined);
  const [to = from, ...others] = target ?? [];
  if (assignments.length < actions.length || others.length > 0) return undefined;
  if (to.parent !== machine.root || !isPlain(to)) return undefined;
  const isNone = target === undefined && actions.length === 0;
  return { guard: guard as Inline | undefined, assignments, target: to.key, isNone };
};

const edgesFrom = (machine: AnyStateMachine, state: string, type: string): Edges | undefined => {
  const here = machine.states[state];
  const { always, transitions } = machine.root;
  if (here === undefined || always !== undefined || !isPlain(here)) return undefined;
  const found = here.transitions.get(type) ?? here.transitions.get("*") ?? [];
  const all = found.map((one) => edgeOf(machine, here, one)).filter((edge) => edge !== undefined);
  if (all.length < found.length) return undefined;
  return { all, otherwise: transitions.has(type) || transitions.has("*") ? undefined : null };
};

/** By machine, state and event: each is looked over once. */
const known = new WeakMap<AnyStateMachine, Map<string, Map<string, Edges | undefined>>>();

const edgesFor = (machine: AnyStateMachine, state: string, type: string): Edges | undefined => {
  const ofMachine = known.get(machine) ?? new Map<string, Map<string, Edges | undefined>>();
  known.set(machine, ofMachine);
  const ofState = ofMachine.get(state) ?? new Map<string, Edges | undefined>();
  ofMachine.set(state, ofState);
  if (!ofState.has(type)) ofState.set(type, edgesFrom(machine, state, type));
  return ofState.get(type);
};

const assigned = (assignment: Assignment, input: Input): Context => {
  // Not spread: how V8 lays that out hangs on all that has been spread before, and code is optimised for layouts.
  const context: Record<string, unknown> = Object.assign({}, input.context);
  if (isInline(assignment)) return Object.assign(context, assignment(input));
  for (const key of Object.keys(assignment)) {
    const value = assignment[key];
    context[key] = isInline(value) ? value(input) : value;
  }
  return context;
};

const followed = ({ all, otherwise }: Edges, input: Input): Flat | null | undefined => {
  for (const { guard, assignments, target, isNone } of all) {
    if (guard !== undefined && !guard(input)) continue;
    if (isNone) return null;
    let { context } = input;
    for (const assignment of assignments) context = assigned(assignment, new Input(context, input.event));
    return { state: target, context };
  }
  return otherwise;
};

/** Where a flat machine goes; null where nothing takes the event, undefined where xstate has to be asked. */
export const flatTransition = (
  machine: AnyStateMachine,
  { state, context }: Flat,
  event: { readonly type: string },
): Flat | null | undefined => {
  const edges = edgesFor(machine, state, event.type);
  if (edges === undefined) return undefined;
  try {
    return followed(edges, new Input(context, event));
  } catch (error) {
    if (error instanceof MoreThanFlat) return undefined;
    throw error;
  }
};
