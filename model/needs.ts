/** What machines can be seen to need without running them: descriptors still in use (a leak is the rest), signals. */
import { isRef, type Template } from "./call.ts";
import { metaOf, type ProcessMachine } from "./machine.ts";
import type { Protocol } from "./protocol.ts";
import { type Signal, signalNames } from "./syscall.ts";

/** The states that a machine can still reach from one, that one included. */
const reachableStates = (machine: ProcessMachine, from: string): ReadonlySet<string> => {
  const reached = new Set<string>();
  const open = [from];
  for (let state = open.pop(); state !== undefined; state = open.pop()) {
    if (reached.has(state)) continue;
    reached.add(state);
    for (const node of [machine.root, machine.states[state]])
      for (const edges of node?.transitions.values() ?? [])
        for (const edge of edges) for (const target of edge.target ?? []) open.push(target.key);
  }
  return reached;
};

type Use = (descriptor: string) => boolean;

const named =
  (name: unknown): Use =>
  (descriptor) =>
    // A name taken from the context is that of a connection which the kernel has named.
    isRef(name) ? descriptor.startsWith("connection[") : descriptor === name;

const namedIn =
  (names: unknown): Use =>
  (descriptor) =>
    isRef(names) || (names as readonly string[]).includes(descriptor);

const usesOf = (template: Template): Use[] => {
  if (template.call === "fork") return [() => true];
  if (template.call === "spawn") return Object.values(template.descriptors).map(named);
  if (template.call === "poll") return [namedIn(template.input), namedIn(template.room)];
  return "fd" in template ? [named(template.fd)] : [];
};

const cache = new WeakMap<ProcessMachine, Map<string, Use[]>>();

const usesFrom = (machine: ProcessMachine, state: string): Use[] => {
  const known = cache.get(machine) ?? new Map<string, Use[]>();
  cache.set(machine, known);
  const uses =
    known.get(state) ??
    [...reachableStates(machine, state)].flatMap((reached) => {
      const meta = metaOf(machine, reached);
      return meta === undefined ? [] : usesOf(meta.call);
    });
  known.set(state, uses);
  return uses;
};

/** Whether a connection's name stands anywhere in a context: if not, no call can ever take it from there. */
const isRemembered = (connection: string, context: object): boolean =>
  JSON.stringify(context).includes(JSON.stringify(connection));

/**
 * Those of the descriptors that no call which the machine can still reach will name. Where the machine's context is known,
 * a connection whose name it has forgotten is one of them.
 */
export const unneededDescriptors = (
  machine: ProcessMachine,
  state: string,
  descriptors: readonly string[],
  context?: object,
): string[] => {
  const uses = usesFrom(machine, state);
  const isForgotten = (descriptor: string) =>
    context !== undefined && descriptor.startsWith("connection[") && !isRemembered(descriptor, context);
  return descriptors.filter((descriptor) => isForgotten(descriptor) || !uses.some((use) => use(descriptor)));
};

/**
 * The signals that a protocol can have to do with, and those among them that may be caught. Where a call names its signal
 * or its disposition by reference, every signal counts: too many cost a look, one too few would be a wrong proof.
 */
export const signalsOf = (
  protocol: Protocol,
): { readonly used: readonly Signal[]; readonly caught: readonly Signal[] } => {
  const known = signals.get(protocol);
  if (known !== undefined) return known;
  const templates = [...Object.values(protocol.machines), protocol.client].flatMap((machine) =>
    Object.keys(machine.states).flatMap((state) => metaOf(machine, state)?.call ?? []),
  );
  const presets = protocol.start.flatMap((process) => process.signals ?? []);
  const used = [...templates.flatMap(signalsIn), ...presets.map(({ signal }) => signal)];
  const caught = [
    ...templates.filter(mayCatch).flatMap(signalsIn),
    ...presets.filter(({ disposition }) => disposition.kind === "handler").map(({ signal }) => signal),
  ];
  const found = { used: [...new Set(used)].sort(), caught: [...new Set(caught)].sort() };
  signals.set(protocol, found);
  return found;
};

const signals = new WeakMap<Protocol, { used: readonly Signal[]; caught: readonly Signal[] }>();

const mayCatch = (template: Template): boolean =>
  template.call === "sigaction" && (isRef(template.disposition) || template.disposition.kind === "handler");

const signalsIn = (template: Template): readonly Signal[] => {
  const value =
    "signal" in template
      ? [template.signal]
      : "signals" in template
        ? template.signals
        : "unblock" in template
          ? template.unblock
          : "block" in template
            ? template.block
            : [];
  if (isRef(value)) return signalNames;
  return value.flatMap((signal) => (isRef(signal) ? signalNames : [signal]));
};
