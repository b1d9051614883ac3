/**
 * Every state of every machine of every shipped protocol, with every result that its call may give: none is missing, and
 * none stands there that cannot come.
 */
import { describe, expect, test } from "vitest";
import {
  advance,
  catching,
  type DescriptorKind,
  type LocalState,
  type MachineEvent,
  machineFor,
  metaOf,
  type ProcessMachine,
  type Protocol,
  type ResultType,
  resultsOf,
  settingOf,
  startMachine,
} from "../../model/index.ts";
import { protocols } from "../../model/protocols/index.ts";

/** What the shipped protocols call their descriptors; said here once more, so that it is not the model that says it. */
const kinds: Readonly<Record<string, DescriptorKind>> = {
  log: "file",
  listener: "listener",
  socket: "socket",
  lifeline: "socket",
  "connection[]": "socket",
};

/** Edges for results that cannot come, kept on purpose. */
const keptOnPurpose: Readonly<Record<string, string>> = {
  "SEND.lockLog: EINTR":
    "its handler restarts calls; a variant that installs another one needs no other change",
  "SEND.readNotices: EINTR": "the same",
  "client.away: return": "no result of a call: its user comes back",
};
const everywhere: Readonly<Record<string, readonly string[]>> = {
  client: ["failed", "disconnect"], // its user cuts the connection, at any moment
};

/** States that a variant leaves standing, though its one change cuts them off. */
const unreachable: Readonly<Record<string, readonly string[]>> = {
  "partial-write-fatal, SEND": ["awaitRoom"],
};

const rolesOf = (protocol: Protocol) => [...Object.keys(protocol.machines), "client"];
const each = protocols.flatMap((protocol) =>
  rolesOf(protocol).map((role) => ({
    protocol,
    role,
    machine: machineFor(protocol, role) as ProcessMachine,
  })),
);
type Case = (typeof each)[number];

const resultsIn = ({ protocol, role, machine }: Case, state: string): readonly ResultType[] => {
  const call = metaOf(machine, state)?.call;
  if (call === undefined) throw new Error(`${role}, state “${state}” names no call`);
  return resultsOf(call, { kindOf: (name) => kinds[name], ...catching(protocol, role) });
};

/** Payloads that make a difference somewhere: whole and half lines, the token, both connections, the end of the anchor. */
const samplesOf = (type: ResultType, protocol: Protocol): readonly MachineEvent[] => {
  const { token } = settingOf(protocol);
  if (type === "data") return ["a1\n", "a", "* x\n", token, "\n"].map((bytes) => ({ type, bytes, at: 0 }));
  if (type === "ok") return [0, 1].map((value) => ({ type, value, name: "connection[1]" }));
  if (type === "short") return [{ type, value: 1 }];
  if (type === "readable")
    return ["listener", "lifeline", "socket", "connection[1]"].map((name) => ({ type, name }));
  if (type === "writable" || type === "timeout") return [{ type, name: "connection[1]" }];
  if (type === "failed") return [{ type, errno: "EIO" }];
  return [{ type } as MachineEvent];
};

const contextsEach = 12;

/** Drives a machine with everything that may come, a few contexts for each state; returns the states that it came to. */
const drive = (one: Case, from: readonly LocalState[]): ReadonlySet<string> => {
  const known = new Map<string, Set<string>>();
  const open = [...from];
  for (let local = open.shift(); local !== undefined; local = open.shift()) {
    const contexts = known.get(local.state) ?? new Set<string>();
    known.set(local.state, contexts);
    const context = JSON.stringify(local.context);
    if (contexts.has(context) || contexts.size >= contextsEach) continue;
    contexts.add(context);
    for (const type of [...resultsIn(one, local.state), "failed" as const])
      for (const event of samplesOf(type, one.protocol)) open.push(advance(one.machine, local, event));
  }
  return new Set(known.keys());
};

/** A machine at its start; a client is paced or not. */
const startsOf = ({ protocol, machine }: Case): LocalState[] => {
  const setting = settingOf(protocol);
  const segments = setting.clients[0]?.segments ?? [];
  return [false, true].map((paced) => startMachine(machine, { ...setting, segments, paced }));
};

const statesOf = ({ machine }: Case): string[] => Object.keys(machine.states);

const edgesAt = (machine: ProcessMachine, state: string): string[] =>
  Object.keys(machine.states[state]?.config.on ?? {});

describe.each(each.map((one) => [one.protocol.id, one.role, one] as const))("%s, %s", (id, role, one) => {
  test("handles every result that a call of its may give, in every state", () => {
    const starts = startsOf(one);
    // A state that is not reached so is looked at in the first context, for want of a better one.
    const all = statesOf(one).flatMap((state) => starts.map(({ context }) => ({ state, context })));
    expect(() => drive(one, [...starts, ...all])).not.toThrow();
  });

  test("can come to every state", () => {
    const reached = drive(one, startsOf(one));
    const missed = statesOf(one).filter((state) => !reached.has(state));
    expect(missed).toEqual(unreachable[`${id}, ${role}`] ?? []);
  });

  test("handles errors that no model predicts everywhere, and nothing else", () =>
    expect(Object.keys(one.machine.root.config.on ?? {})).toEqual(everywhere[role] ?? ["failed"]));
});

test("no state has an edge for a result that cannot come, but those that are kept on purpose", () => {
  const idle = each.flatMap((one) =>
    Object.keys(one.machine.states).flatMap((state) => {
      const possible: readonly string[] = resultsIn(one, state);
      return edgesAt(one.machine, state)
        .filter((event) => !possible.includes(event))
        .map((event) => `${one.role}.${state}: ${event}`);
    }),
  );
  expect([...new Set(idle)].sort()).toEqual(Object.keys(keptOnPurpose).sort());
});

test("an edge that is kept on purpose is needed in some protocol, or belongs to a user's command", () => {
  const needed = each.flatMap((one) =>
    Object.keys(one.machine.states).flatMap((state) =>
      resultsIn(one, state).map((result) => `${one.role}.${state}: ${result}`),
    ),
  );
  for (const edge of Object.keys(keptOnPurpose)) {
    const isCommand = edge.endsWith(": return");
    expect(isCommand || needed.includes(edge), edge).toBe(true);
  }
});
