/**
 * One transition of a flat machine, worked out from its own edges, guards and assignments: what xstate's interpreter would
 * give, in a fiftieth of the time. Whatever is more than that (entry and exit actions, guards and actions by name, actors) is
 * left to xstate; a test holds the two against each other on every machine that there is.
 */
import type { AnyStateMachine } from "xstate";

export interface Flat {
  readonly state: string;
  readonly context: Readonly<Record<string, unknown>>;
}

type Node = AnyStateMachine["root"];
type Edge = Node["transitions"] extends ReadonlyMap<string, readonly (infer E)[]> ? E : never;
type Inline = (args: object) => unknown;
type Assignment = Inline | Readonly<Record<string, unknown>>;

/** Whether coming to a state, or leaving it, is nothing but that. */
export const isPlain = ({ type, entry, exit, invoke, always }: Node): boolean =>
  type === "atomic" && entry.length + exit.length + invoke.length === 0 && always === undefined;

class MoreThanFlat extends Error {}
const more = () => {
  throw new MoreThanFlat();
};
/** What else xstate hands to assignments: whoever wants that is not flat. */
const others = Object.defineProperties(
  {},
  { self: { get: more }, spawn: { get: more }, system: { get: more } },
);
const argumentsOf = (context: unknown, event: unknown): object =>
  Object.assign(Object.create(others), { context, event });

const isInlineGuard = (guard: unknown): guard is Inline => typeof guard === "function" && !("check" in guard);

const assignmentOf = (action: unknown): Assignment | undefined =>
  typeof action === "function" && "assignment" in action ? (action.assignment as Assignment) : undefined;

const isFlat = (machine: AnyStateMachine, { guard, actions, target }: Edge): boolean =>
  (guard === undefined || isInlineGuard(guard)) &&
  actions.every((action: unknown) => assignmentOf(action) !== undefined) &&
  (target === undefined ||
    (target.length === 1 && target[0]?.parent === machine.root && isPlain(target[0] as Node)));

/** The edges that may take an event in a state, where all of them are flat; undefined where xstate has to be asked. */
const flatEdges = (machine: AnyStateMachine, state: string, type: string): readonly Edge[] | undefined => {
  const here = machine.states[state];
  const { always, transitions } = machine.root;
  if (here === undefined || always !== undefined || !isPlain(here)) return undefined;
  const edges = here.transitions.get(type) ?? here.transitions.get("*") ?? [];
  const isLast = edges.some(({ guard }) => guard === undefined);
  const fallsThrough = !isLast && (transitions.has(type) || transitions.has("*"));
  return fallsThrough || !edges.every((edge) => isFlat(machine, edge as Edge)) ? undefined : edges;
};

type Edges = readonly Edge[] | undefined;
/** By machine, state and event. */
const known = new WeakMap<AnyStateMachine, Map<string, Map<string, Edges>>>();

const edgesFor = (machine: AnyStateMachine, state: string, type: string): Edges => {
  const ofMachine = known.get(machine) ?? new Map<string, Map<string, Edges>>();
  known.set(machine, ofMachine);
  const ofState = ofMachine.get(state) ?? new Map<string, Edges>();
  ofMachine.set(state, ofState);
  if (!ofState.has(type)) ofState.set(type, flatEdges(machine, state, type));
  return ofState.get(type);
};

const assigned = (context: Flat["context"], event: unknown, assignment: Assignment): Flat["context"] => {
  const args = argumentsOf(context, event);
  if (typeof assignment === "function") return { ...context, ...(assignment(args) as Flat["context"]) };
  const next: Record<string, unknown> = { ...context };
  for (const [key, value] of Object.entries(assignment))
    next[key] = typeof value === "function" ? (value as Inline)(args) : value;
  return next;
};

/** Where a flat machine goes; null where nothing takes the event, undefined where xstate has to be asked. */
export const flatTransition = (
  machine: AnyStateMachine,
  local: Flat,
  event: { readonly type: string },
): Flat | null | undefined => {
  const edges = edgesFor(machine, local.state, event.type);
  if (edges === undefined) return undefined;
  try {
    const args = argumentsOf(local.context, event);
    const edge = edges.find(({ guard }) => guard === undefined || (guard as unknown as Inline)(args));
    if (edge === undefined || (edge.target === undefined && edge.actions.length === 0)) return null;
    const context = edge.actions.reduce(
      (before: Flat["context"], action: unknown) => assigned(before, event, assignmentOf(action) ?? {}),
      local.context,
    );
    return { state: edge.target?.[0]?.key ?? local.state, context };
  } catch (error) {
    if (error instanceof MoreThanFlat) return undefined;
    throw error;
  }
};
