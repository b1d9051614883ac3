/**
 * Facts about the kernel as values: a small protocol, and every way in which it can turn out. The simulated arm is
 * `simulated.ts`; an arm on the real kernel can run the same values, for no script asks for more than a real process has
 * (only those with faults in their bounds need somebody to strike).
 */
import { setup } from "xstate";
import {
  type Bounds,
  type CallName,
  defineProtocol,
  machineTypes,
  type Parameters,
  type ProcessMachine,
  type Protocol,
  pause,
  type ResultType,
  type StateDefinition,
  type Template,
  withStates,
} from "../../../model/index.ts";

/** What an outcome tells: results of these calls, the log's content at the end, who is left as a zombie. */
export type Told = CallName | "log" | "zombies";

export interface Fact {
  /** The statement. A number in brackets is its place in the list of kernel facts that the kernel must respect. */
  readonly says: string;
  readonly protocol: Protocol;
  readonly tells: readonly Told[];
  /** Every outcome that there is, and no other: `A: ok; B: EWOULDBLOCK, waits in flock`. */
  readonly outcomes: readonly string[];
  /** Where the simulated kernel is known to do otherwise: what it does. */
  readonly differs?: string;
}

/** A record, so that a new kind of result cannot be forgotten. */
const results: Readonly<Record<ResultType, null>> = {
  ...{ ok: null, data: null, eof: null, short: null, readable: null, writable: null, timeout: null },
  ...{
    failed: null,
    EAGAIN: null,
    EADDRINUSE: null,
    ECHILD: null,
    ECONNREFUSED: null,
    ECONNRESET: null,
    EFBIG: null,
  },
  ...{ EINTR: null, ENOSPC: null, EPERM: null, EPIPE: null, ESRCH: null, EWOULDBLOCK: null },
};
const everyResult = Object.keys(results);

/** The state of a script that has come to its end: the process stays, and does nothing more. */
export const atRest = "rest";

/** The children that a script has started, by their roles. */
type Children = Record<string, string>;

const scriptSetup = setup({ types: machineTypes<Children>() });

const noteChild = scriptSetup.assign(({ event }) =>
  event.type === "ok" ? { [event.name.replace(/[@[].*/, "")]: event.name } : {},
);

const resting = scriptSetup.createMachine({
  id: "script",
  context: {},
  initial: atRest,
  states: { [atRest]: { meta: { call: pause() }, on: { EINTR: atRest } } },
});

const stepTo = (target: string, call: Template): StateDefinition<Children> => {
  const starts = call.call === "spawn" || call.call === "fork";
  const edges = everyResult.map((type) => [type, starts ? { target, actions: noteChild } : target]);
  return { meta: { call }, on: call.call === "exit" ? {} : Object.fromEntries(edges) };
};

/**
 * A process that makes these calls one after the other, whatever comes back, and then rests. A child that it has started
 * is known to it by its role: `kill(the("B"), "SIGTERM")`.
 */
export const script = (...calls: readonly Template[]): ProcessMachine => {
  const name = (at: number) => (at < calls.length ? `call${at + 1}` : atRest);
  const steps = calls.map((call, at) => [name(at), stepTo(name(at + 1), call)]);
  return withStates<Children>(resting, Object.fromEntries(steps), { initial: name(0) });
};

/** How a fact is set up, where it is not as usual: one first process, alone in session and group, and no faults. */
export interface Circumstances {
  readonly tells: readonly Told[];
  readonly outcomes: readonly string[];
  readonly differs?: string;
  /** Roles that are there at the start, each in a session and a group of its own; the others are started by them. */
  readonly start?: readonly string[];
  readonly client?: ProcessMachine;
  readonly parameters?: Partial<Parameters>;
  readonly bounds?: Partial<Bounds>;
  readonly tornWrites?: boolean;
}

export const fact = (
  says: string,
  machines: Readonly<Record<string, ProcessMachine>>,
  { tells, outcomes, differs, start, client, parameters, bounds, tornWrites }: Circumstances,
): Fact => ({
  says,
  tells,
  outcomes,
  ...(differs === undefined ? {} : { differs }),
  protocol: defineProtocol({
    id: "fact",
    says,
    machines,
    start: (start ?? Object.keys(machines).slice(0, 1)).map((role) => ({ role, group: role, session: role })),
    ...(client === undefined ? {} : { client }),
    ...(parameters === undefined ? {} : { parameters }),
    bounds: { clients: client === undefined ? 0 : 1, ...bounds },
    tornWrites: tornWrites ?? false,
  }),
});
