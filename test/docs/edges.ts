/** A machine's states, calls and edges as text: what the protocol page prints and compares. */
import { isRef, metaOf, type ProcessMachine, showTemplate, type Template } from "../../model/index.ts";

export interface Edge {
  readonly event: string;
  /** The guard's name, or its condition where it has none; empty for an edge that is always taken. */
  readonly guard: string;
  readonly isNamed: boolean;
  /** The next state; empty where the machine stays as it is. */
  readonly target: string;
  /** What it does to the context; told apart by identity alone. */
  readonly actions: readonly unknown[];
}

/** A guard written inline has the name of the key that it stands under. */
const isAnonymous = (name: string): boolean => name === "" || name === "guard";

const condition = (source: string): string =>
  source
    .replace(/^.*?=>\s*/s, "")
    // The test runner renames what a module imports.
    .replace(/\(0,\s*__vi_import_\d+__\.(\w+)\)|__vi_import_\d+__\.(\w+)/g, "$1$2")
    .replace(/\s+/g, " ")
    .trim();

const guardOf = (guard: unknown): Pick<Edge, "guard" | "isNamed"> => {
  if (typeof guard !== "function") return { guard: "", isNamed: false };
  const isNamed = !isAnonymous(guard.name);
  return { guard: isNamed ? guard.name : condition(String(guard)), isNamed };
};

type Transitions = ProcessMachine["root"]["transitions"];

const edgesIn = (transitions: Transitions): Edge[] =>
  [...transitions.values()].flat().map(({ eventType, guard, target, actions }) => ({
    event: eventType,
    ...guardOf(guard),
    target: target?.[0]?.key ?? "",
    actions,
  }));

/** The edges out of one state, in the order in which they are tried. */
export const edgesOf = (machine: ProcessMachine, state: string): Edge[] =>
  edgesIn(machine.states[state]?.transitions ?? new Map());

/** The edges that every state has. */
export const sharedEdges = (machine: ProcessMachine): Edge[] => edgesIn(machine.root.transitions);

export const initialOf = (machine: ProcessMachine): string => String(machine.config.initial ?? "");

const placeholder = (value: unknown): string => (isRef(value) ? `‹${value.key}›` : String(value));

const listOf = (value: unknown): string =>
  isRef(value) ? `[${placeholder(value)}]` : `[${(value as readonly string[]).join(", ")}]`;

/** What a call carries beside the arguments that a schedule shows. */
const extras = (call: Template): string[] => {
  if (call.call === "write" && call.nonblock === true) return ["MSG_DONTWAIT"];
  if (call.call === "read" && call.timeout === true) return ["until the timeout"];
  if (call.call === "accept" && call.as !== "") return [`as ${placeholder(call.as)}`];
  if (call.call === "poll")
    return isRef(call.timeout) || call.timeout.length > 0 ? [`timeout ${listOf(call.timeout)}`] : [];
  if (call.call !== "spawn") return [];
  const passed = Object.entries(call.descriptors).map(([name, from]) =>
    from === name ? name : `${placeholder(from)} as ${name}`,
  );
  return [
    ...(passed.length > 0 ? [`with ${passed.join(" and ")}`] : []),
    ...(call.lifeline === "" ? [] : ["with a lifeline"]),
    ...(call.group === "own" ? ["in a group of its own"] : []),
    ...(isRef(call.block) || call.block.length > 0 ? [`blocked ${listOf(call.block)}`] : []),
  ];
};

/** The call that a state names, with all that it carries; empty where it names none. */
export const callOf = (machine: ProcessMachine, state: string): string => {
  const meta = metaOf(machine, state);
  return meta === undefined ? "" : [showTemplate(meta.call), ...extras(meta.call)].join(", ");
};
