/** What a protocol changes of another one, found by comparing their machines. */
import { criticalOf, type ProcessMachine, type Protocol } from "../../model/index.ts";
import { callOf, type Edge, edgesOf, initialOf } from "./edges.ts";
import { code, edgeLines, table } from "./tables.ts";

const nothing = "–";

const sameActions = (a: Edge, b: Edge): boolean =>
  a.actions.length === b.actions.length && a.actions.every((action, at) => action === b.actions[at]);

/** A state's call, and whether it is critical. */
const callText = (machine: ProcessMachine, state: string): string => {
  const critical = criticalOf(machine, state);
  return `${code(callOf(machine, state))}${critical === null ? "" : `, critical: ${critical}`}`;
};

const describe = (machine: ProcessMachine, state: string): string =>
  [callText(machine, state), ...edgeLines(edgesOf(machine, state))].join("<br>");

type Row = readonly [state: string, before: string, after: string];

const ofEvents = (edges: readonly Edge[], events: readonly string[]): string =>
  edgeLines(edges.filter(({ event }) => events.includes(event))).join("<br>") || nothing;

/** The results of one state's call that lead elsewhere, or leave other data behind. */
const changedEdges = (base: ProcessMachine, changed: ProcessMachine, state: string): Row[] => {
  const [old, now] = [edgesOf(base, state), edgesOf(changed, state)];
  const events = [...new Set([...old, ...now].map(({ event }) => event))];
  const redirected = events.filter((event) => ofEvents(old, [event]) !== ofEvents(now, [event]));
  const rewritten = events.filter((event) => {
    const [before, after] = [old, now].map((edges) => edges.filter((edge) => edge.event === event));
    return (
      !redirected.includes(event) && !before?.every((edge, at) => sameActions(edge, after?.[at] ?? edge))
    );
  });
  return [
    ...(redirected.length === 0
      ? []
      : [[code(state), ofEvents(old, redirected), ofEvents(now, redirected)] as const]),
    ...(rewritten.length === 0
      ? []
      : [[code(state), ofEvents(old, rewritten), `${ofEvents(now, rewritten)}, with other data`] as const]),
  ];
};

const changedState = (base: ProcessMachine, changed: ProcessMachine, state: string): Row[] => {
  const isIn = (machine: ProcessMachine) => machine.states[state] !== undefined;
  if (!isIn(base)) return [[`${code(state)} (new)`, nothing, describe(changed, state)]];
  if (!isIn(changed)) return [[`${code(state)} (gone)`, describe(base, state), nothing]];
  const [was, is] = [callText(base, state), callText(changed, state)];
  const call: Row[] = was === is ? [] : [[code(state), was, is]];
  return [...call, ...changedEdges(base, changed, state)];
};

const machineRows = (base: ProcessMachine, changed: ProcessMachine): Row[] => {
  const [was, is] = [initialOf(base), initialOf(changed)];
  const states = [...new Set([...Object.keys(base.states), ...Object.keys(changed.states)])];
  return [
    ...(was === is ? [] : [["initial state", code(was), code(is)] as const]),
    ...states.flatMap((state) => changedState(base, changed, state)),
  ];
};

/** Whether a machine was made of another one: most of its states make the call that they make there. */
export const isMadeOf = (machine: ProcessMachine, base: ProcessMachine | undefined): boolean => {
  if (base === undefined) return false;
  const states = Object.keys(machine.states);
  const kept = states.filter(
    (state) => base.states[state] !== undefined && callOf(base, state) === callOf(machine, state),
  );
  return kept.length * 2 > states.length;
};

/** The roles whose machines a protocol has made anew. */
export const ownRoles = (protocol: Protocol, base: Protocol): string[] =>
  Object.entries(protocol.machines)
    .filter(([role, machine]) => !isMadeOf(machine, base.machines[role]))
    .map(([role]) => role);

/** A table of all states that differ, in machines made of the base's; empty where none does. */
export const differenceTable = (protocol: Protocol, base: Protocol): string => {
  const own = ownRoles(protocol, base);
  const rows = Object.entries(protocol.machines).flatMap(([role, machine]) => {
    const before = base.machines[role];
    if (before === undefined || before === machine || own.includes(role)) return [];
    return machineRows(before, machine).map((row) => [role, ...row]);
  });
  return rows.length === 0 ? "" : table(["machine", "state", `in ${code(base.id)}`, "here"], rows);
};

/** Numbers that differ from the base's: sizes and limits. */
export const changedParameters = (protocol: Protocol, base: Protocol): string[] =>
  Object.entries(protocol.parameters)
    .filter(([key, value]) => Object.entries(base.parameters).find(([name]) => name === key)?.[1] !== value)
    .map(([key, value]) => code(`${key}=${value}`));
