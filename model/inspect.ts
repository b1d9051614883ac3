/** Looks a protocol over before it is run, and says what is wrong with it: where, and what to do about it. */
import { isRef, type Ref, type Template } from "./call.ts";
import { callProblems, typeOfField } from "./fields.ts";
import { metaOf, type ProcessMachine, startMachine } from "./machine.ts";
import { machineFor, type Protocol } from "./protocol.ts";
import { catching, eventNames, resultsOf } from "./results.ts";
import { settingOf } from "./setting.ts";
import { shapeProblems } from "./shape.ts";
import { showTemplate } from "./show.ts";
import type { DescriptorKind } from "./syscall.ts";

export interface Problem {
  /** The machine and its state, or empty for the protocol as a whole. */
  readonly where: string;
  readonly problem: string;
  readonly remedy: string;
}

type Kinds = ReadonlyMap<string, ReadonlyMap<string, DescriptorKind>>;

const rolesOf = (protocol: Protocol): string[] => [...Object.keys(protocol.machines), "client"];

const callsOf = (machine: ProcessMachine): { state: string; call: Template }[] =>
  Object.keys(machine.states).flatMap((state) => {
    const call = metaOf(machine, state)?.call;
    return call === undefined ? [] : [{ state, call }];
  });

/** A descriptor whose name is taken from the context is a connection that accept has named. */
const dynamicName = "connection[]";
const nameIn = (value: unknown): string =>
  isRef(value) || String(value).startsWith("connection[") ? dynamicName : String(value);

/** What each role's descriptors are, from opening and inheriting, to a fixed point. */
const descriptorKinds = (protocol: Protocol): Kinds => {
  const kinds = new Map(rolesOf(protocol).map((role) => [role, new Map<string, DescriptorKind>()]));
  const learn = (role: string, name: unknown, kind: DescriptorKind | undefined): boolean => {
    const known = kinds.get(role);
    if (known === undefined || kind === undefined || known.has(nameIn(name))) return false;
    known.set(nameIn(name), kind);
    return true;
  };
  const learnFrom = (role: string, call: Template): boolean => {
    const own = kinds.get(role) ?? new Map<string, DescriptorKind>();
    if (call.call === "open") return learn(role, call.as, "file");
    if (call.call === "listen") return learn(role, call.as, "listener");
    if (call.call === "connect") return learn(role, call.as, "socket");
    if (call.call === "accept") return learn(role, call.as === "" ? dynamicName : call.as, "socket");
    if (call.call === "fork")
      return [...own].map(([name, kind]) => learn(String(call.role), name, kind)).some(Boolean);
    if (call.call !== "spawn") return false;
    const child = String(call.role);
    const lifelines =
      call.lifeline === ""
        ? []
        : [learn(role, call.lifeline, "socket"), learn(child, call.lifeline, "socket")];
    const passed = Object.entries(call.descriptors).map(([name, from]) =>
      learn(child, name, own.get(nameIn(from))),
    );
    return [...lifelines, ...passed].some(Boolean);
  };
  for (const { role, holds = {} } of protocol.start)
    for (const [name, held] of Object.entries(holds)) learn(role, name, "file" in held ? "file" : "socket");
  const round = () =>
    rolesOf(protocol)
      .flatMap((role) =>
        callsOf(machineFor(protocol, role) as ProcessMachine).map(({ call }) => learnFrom(role, call)),
      )
      .some(Boolean);
  while (round());
  return kinds;
};

/** Names of descriptors that a call uses (not those that it creates). */
const usedNames = (call: Template): string[] => {
  if (call.call === "spawn") return Object.values(call.descriptors).map(nameIn);
  if (call.call === "poll")
    return [call.input, call.room].flatMap((names) => (isRef(names) ? [] : names.map(nameIn)));
  return "fd" in call ? [nameIn(call.fd)] : [];
};

const usageProblems = (protocol: Protocol, role: string, machine: ProcessMachine, kinds: Kinds): Problem[] =>
  callsOf(machine).flatMap(({ state, call }): Problem[] => {
    const where = `${role}, state “${state}”`;
    const own = kinds.get(role);
    const unknown = usedNames(call).filter((name) => own?.has(name) !== true);
    const kindOf = (name: string) => own?.get(nameIn(name));
    // What it may return hangs on what its descriptors are.
    const results = unknown.length > 0 ? [] : resultsOf(call, { kindOf, ...catching(protocol, role) });
    const missing = results.filter((result) => !handles(machine, state, result));
    const child = call.call === "spawn" || call.call === "fork" ? String(call.role) : null;
    return [
      ...unknown.map((name) => ({
        where,
        problem: `${showTemplate(call)} uses the descriptor “${name}”, which ${role} never has`,
        remedy: `open it in an earlier state, hand it to ${role} where it is spawned, or use one of: ${[...(own?.keys() ?? [])].join(", ") || "none"}`,
      })),
      ...missing.map((result) => ({
        where,
        problem: `${showTemplate(call)} may return ${result}, and nothing handles it`,
        remedy: `add “${result}” to the “on” of “${state}”`,
      })),
      ...(child !== null && protocol.machines[child] === undefined
        ? [
            {
              where,
              problem: `it starts the role “${child}”, for which there is no machine`,
              remedy: `add it to “machines”, or start one of: ${Object.keys(protocol.machines).join(", ")}`,
            },
          ]
        : []),
    ];
  });

/** An edge named `*` takes whatever has no edge of its own. */
const handles = (machine: ProcessMachine, state: string, result: string): boolean =>
  [machine.states[state]?.on, machine.root.on].some(
    (edges) => edges?.[result as never] !== undefined || edges?.["*" as never] !== undefined,
  );

const stateProblems = (role: string, machine: ProcessMachine): Problem[] => [
  ...eventProblems(role, machine.root.config.on),
  ...Object.values(machine.states).flatMap((state): Problem[] => {
    const where = `${role}, state “${state.key}”`;
    if (Object.keys(state.states).length > 0)
      return [
        {
          where,
          problem: "it has states of its own",
          remedy: "process machines are flat: put them beside it",
        },
      ];
    if (state.invoke.length + state.after.length > 0)
      return [
        {
          where,
          problem: "it does something besides its call (“invoke” or “after”), which nobody would do for it",
          remedy: "let a state make a call for it; to wait for a time, read or poll with a timeout",
        },
      ];
    const call = metaOf(machine, state.key)?.call;
    const events = eventProblems(where, state.config.on);
    if (call !== undefined) return [...callProblems(where, call), ...events];
    if (state.type === "final") return events;
    return [
      {
        where,
        problem: "it names no call",
        remedy: 'give it “meta: { call: … }” (flock("log", "EX"), read("socket", 64) …), or make it final',
      },
    ];
  }),
];

/** A result that no call has is misspelt: its edge would never be taken, and nobody would be told. */
const eventProblems = (where: string, on: object = {}): Problem[] =>
  Object.keys(on)
    .filter((event) => event !== "*" && !eventNames.includes(event))
    .map((event) => ({
      where,
      problem: `no call returns “${event}”`,
      remedy: `there are: ${eventNames.join(", ")}, and * for whatever has no edge of its own`,
    }));

const referenceProblems = (protocol: Protocol, role: string, machine: ProcessMachine): Problem[] => {
  const setting = settingOf(protocol);
  const { context } = startMachine(machine, { ...setting, segments: [] });
  return callsOf(machine).flatMap(({ state, call }) => [
    ...Object.values({ ...call, ...(call.call === "spawn" ? call.descriptors : {}) })
      .filter(isRef)
      .filter(({ from, key }) => !(key in (from === "context" ? context : protocol.parameters)))
      .map(({ from, key }) => ({
        where: `${role}, state “${state}”`,
        problem: `${showTemplate(call)} takes “${key}” from the ${sourceOf(from)}, which ${from === "context" ? "has" : "have"} no such value${from === "context" ? " at the start" : ""}`,
        remedy: `the ${sourceOf(from)} ${from === "context" ? "has" : "have"}: ${Object.keys(from === "context" ? context : protocol.parameters).join(", ")}`,
      })),
    ...typeProblems(`${role}, state “${state}”`, call, context),
  ]);
};

/** A value that is text where a number is wanted, or the other way round, would be found out deep in the kernel. */
const typeProblems = (where: string, call: Template, context: Readonly<Record<string, unknown>>): Problem[] =>
  Object.entries(call).flatMap(([key, ref]): Problem[] => {
    if (!isRef(ref) || ref.from !== "context") return [];
    const type = typeOfField(call.call, key);
    const value = context[ref.key];
    if (type === undefined || typeof value === type || value === null || value === undefined) return [];
    const wanted = type === "string" ? "a text" : "a number";
    return [
      {
        where,
        problem: `${showTemplate(call)} takes “${ref.key}” from the context, which is ${JSON.stringify(value)} at the start`,
        remedy: `“${key}” is ${wanted}: let “${ref.key}” be one from the start, or name another value`,
      },
    ];
  });

const sourceOf = (from: Ref["from"]): string => (from === "context" ? "context" : "parameters");

/** Everything that is wrong with a protocol that can be seen without running it. */
export const inspectProtocol = (protocol: Protocol): readonly Problem[] => {
  const shape = shapeProblems(protocol);
  if (shape.length > 0) return shape;
  const roles = rolesOf(protocol).map(
    (role) => [role, machineFor(protocol, role) as ProcessMachine] as const,
  );
  const states = roles.flatMap(([role, machine]) => stateProblems(role, machine));
  if (states.length > 0) return states;
  const references = roles.flatMap(([role, machine]) => referenceProblems(protocol, role, machine));
  if (references.length > 0) return references;
  const kinds = descriptorKinds(protocol);
  return roles.flatMap(([role, machine]) => usageProblems(protocol, role, machine, kinds));
};
