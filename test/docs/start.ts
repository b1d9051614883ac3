/** Who starts whom, and what each process has when it starts. */
import { isRef, metaOf, type ProcessMachine, type Protocol, type Signal } from "../../model/index.ts";
import { edgesOf, initialOf } from "./edges.ts";
import { code, table } from "./tables.ts";

/** Whether every way from a machine's start to one state leads through another one. */
const isOnEveryWay = (machine: ProcessMachine, through: string, to: string): boolean => {
  const reached = new Set([through]);
  const open = [initialOf(machine)];
  for (let state = open.pop(); state !== undefined; state = open.pop()) {
    if (reached.has(state)) continue;
    if (state === to) return false;
    reached.add(state);
    open.push(...edgesOf(machine, state).map(({ target }) => target || state));
  }
  return through !== to;
};

/** The signals that a machine has set to be ignored when it comes to a state. */
const ignoredAt = (machine: ProcessMachine, state: string): Signal[] =>
  Object.keys(machine.states).flatMap((earlier) => {
    const call = metaOf(machine, earlier)?.call;
    if (call?.call !== "sigaction" || isRef(call.signal) || isRef(call.disposition)) return [];
    return call.disposition.kind === "ignore" && isOnEveryWay(machine, earlier, state) ? [call.signal] : [];
  });

interface Birth {
  readonly role: string;
  readonly startedBy: string;
  readonly descriptors: string;
  readonly group: string;
  readonly ignored: readonly Signal[];
  readonly blocked: string;
}

const birthsIn = (protocol: Protocol, parent: Birth): Birth[] => {
  const machine = protocol.machines[parent.role];
  if (machine === undefined) return [];
  return Object.keys(machine.states).flatMap((state): Birth[] => {
    const call = metaOf(machine, state)?.call;
    if (call?.call !== "spawn" && call?.call !== "fork") return [];
    const ignored = [...new Set([...parent.ignored, ...ignoredAt(machine, state)])];
    const startedBy = `${parent.role}, ${code(state)}`;
    const role = String(call.role);
    if (call.call === "fork")
      return [
        {
          ...{ role, startedBy, ignored, group: "its parent's", blocked: parent.blocked },
          descriptors: "all of its parent's, on the same descriptions",
        },
      ];
    const passed = Object.entries(call.descriptors).map(([name, from]) =>
      isRef(from) ? `${name} (its parent's ‹${from.key}›)` : `${name} (its parent's ${from})`,
    );
    const lifeline = call.lifeline === "" ? [] : [`${String(call.lifeline)} (a new pair of sockets)`];
    const blocked = isRef(call.block) ? "" : call.block.join(" ");
    const group = call.group === "own" ? "a new one of its own" : "its parent's";
    return [
      {
        role,
        startedBy,
        ignored,
        group,
        blocked,
        descriptors: [...passed, ...lifeline].join(", ") || "none",
      },
    ];
  });
};

const firstBirths = (protocol: Protocol): Birth[] =>
  protocol.start.map(({ role, group, session, holds = {}, signals = [] }) => ({
    role,
    startedBy: "there at the start",
    descriptors: Object.keys(holds).join(", ") || "none",
    group: `${code(group)}, session ${code(session)}`,
    ignored: signals.flatMap(({ signal, disposition }) => (disposition.kind === "ignore" ? [signal] : [])),
    blocked: signals.flatMap(({ signal, blocked }) => (blocked ? [signal] : [])).join(" "),
  }));

/** Every process of a protocol, whoever starts others before those whom it starts. */
const birthsOf = (protocol: Protocol): Birth[] => {
  const births = firstBirths(protocol);
  for (const parent of births)
    births.push(
      ...birthsIn(protocol, parent).filter(({ startedBy }) => births.every((b) => b.startedBy !== startedBy)),
    );
  return births;
};

export const startTable = (protocol: Protocol): string =>
  table(
    ["process", "started by", "descriptors", "group", "ignored signals", "blocked signals"],
    birthsOf(protocol).map(({ role, startedBy, descriptors, group, ignored, blocked }) => [
      role,
      startedBy,
      descriptors,
      group,
      ignored.join(" ") || "none",
      blocked || "none",
    ]),
  );
