/**
 * Small protocols: one or two processes for each client, or a server that accepts clients and starts one for each; perhaps
 * a child for each of these, perhaps somebody who belongs to nobody. A draft is plain data and shrinks in its calls.
 */
import fc from "fast-check";
import { assign, createMachine } from "xstate";
import {
  accept,
  type Budget,
  close,
  connect,
  defaultBounds,
  defineProtocol,
  exit,
  fork,
  handler,
  type InitialProcess,
  listen,
  type MachineInput,
  open,
  pause,
  type ProcessMachine,
  type Protocol,
  type Setting,
  settingOf,
  spawn,
  type Template,
  the,
} from "../../model/index.ts";
import { type Having, type Step, step, suits } from "./steps.ts";

/** What processes of one role do. */
interface Part {
  readonly steps: readonly Step[];
  readonly then: "rest" | "exit" | "loop";
  /** What SIGUSR1 does to it at the start. */
  readonly catches: "nothing" | "restarts" | "interrupts";
  readonly blocks: boolean;
  /** Whether it says that it is in a critical section where it touches the log. */
  readonly critical: boolean;
}

interface Child extends Part {
  readonly how: "spawn" | "fork";
  readonly lifeline: boolean;
  readonly blocked: boolean;
}

/** A protocol and its bounds, as drawn. */
export interface Draft {
  readonly clients: number;
  readonly messages: number;
  /** Whether clients connect, and are served; or their bytes are there from the start. */
  readonly connects: boolean;
  /** One open file description for everybody, one for each, or the log is opened. */
  readonly log: "own" | "shared" | "opened";
  readonly append: boolean;
  readonly tornWrites: boolean;
  readonly stored: number;
  readonly faults: Budget;
  readonly a: Part;
  readonly b: Part | null;
  readonly child: Child | null;
  readonly alone: Part | null;
  readonly client: Part;
}

const part = (most: number) => ({
  steps: fc.array(step, { minLength: 1, maxLength: most }),
  then: fc.constantFrom<Part["then"][]>("rest", "exit", "loop"),
  catches: fc.constantFrom<Part["catches"][]>("nothing", "restarts", "interrupts"),
  blocks: fc.boolean(),
  critical: fc.boolean(),
});

const faults: fc.Arbitrary<Budget> = fc.oneof(
  { weight: 5, arbitrary: fc.constant({}) },
  { weight: 2, arbitrary: fc.constantFrom<Budget[]>({ crash: 1 }, { "short-write": 1 }, { "disk-full": 1 }) },
  { weight: 1, arbitrary: fc.constantFrom<Budget[]>({ stop: 1 }, { stop: 1, cont: 1 }, { "never-reads": 1 }) },
);

export const draft: fc.Arbitrary<Draft> = fc.noBias(
  fc.record({
    clients: fc.constantFrom(1, 2, 2, 3),
    messages: fc.nat(2),
    connects: fc.nat(4).map((one) => one === 4),
    log: fc.constantFrom<Draft["log"][]>("own", "shared", "opened"),
    append: fc.boolean(),
    tornWrites: fc.nat(3).map((one) => one === 3),
    stored: fc.nat(1),
    faults,
    a: fc.record(part(5)),
    b: fc.option(fc.record(part(4)), { freq: 2 }),
    child: fc.option(
      fc.record({
        ...part(3),
        how: fc.constantFrom<Child["how"][]>("spawn", "fork"),
        lifeline: fc.boolean(),
        blocked: fc.boolean(),
      }),
      { freq: 1 },
    ),
    alone: fc.option(fc.record(part(3)), { freq: 2 }),
    client: fc.record(part(2)),
  }),
);

const noteBytes = assign(({ event }) => ({ line: (event as { readonly bytes?: string }).bytes ?? "" }));
const noteName = (key: string) =>
  assign(({ event }) => ({ [key]: (event as { readonly name?: string }).name ?? "" }));

const edgesOf = ({ call, otherwise }: Step, here: string, next: string, end: string) => {
  const other = { on: next, again: here, end }[otherwise];
  if (call.call === "pause" || call.call === "sigsuspend") return { "*": next };
  if (call.call === "poll") return { readable: next, writable: next, "*": other };
  if (call.call === "read" || call.call === "pread")
    return { data: { target: next, actions: noteBytes }, "*": other };
  if (call.call === "spawn" || call.call === "fork")
    return { ok: { target: next, actions: noteName("child") } };
  if (call.call === "accept") return { ok: { target: next, actions: noteName("current") }, "*": here };
  return { ok: next, "*": other };
};

const touchesLog = ({ call }: Template, text: string): "read" | "write" | undefined => {
  if (!text.includes('"fd":"log"')) return undefined;
  if (call === "read" || call === "pread") return "read";
  return call === "write" || call === "ftruncate" ? "write" : undefined;
};

const must = (call: Template): Step => ({ call, otherwise: "end" });

/** First what it needs, once; then its steps. */
const machineOf = (first: readonly Template[], { steps, then, critical }: Part, having: Having): ProcessMachine => {
  const own = steps.filter(({ call }) => suits(call, having));
  const all = [...first.map(must), ...own];
  const nameOf = (at: number) => {
    if (at < all.length) return `step${at + 1}`;
    return then === "loop" && own.length > 0 ? `step${first.length + 1}` : "end";
  };
  const states = all.map((one, at) => {
    const section = critical ? touchesLog(one.call, JSON.stringify(one.call)) : undefined;
    const meta = { call: one.call, ...(section === undefined ? {} : { critical: section }) };
    return [nameOf(at), { meta, on: edgesOf(one, nameOf(at), nameOf(at + 1), "end") }];
  });
  const end = then === "exit" ? { meta: { call: exit() } } : { meta: { call: pause() }, on: { "*": "end" } };
  return createMachine({
    id: "drawn",
    context: ({ input }: { readonly input?: Partial<MachineInput> }) => {
      const segments = input?.segments ?? [];
      return { line: segments.length > 0 ? segments.join("") : "-\n", child: "", current: "" };
    },
    initial: nameOf(0),
    states: { ...Object.fromEntries(states), end },
  });
};

const letters = "abc";

const signalsOf = ({ catches, blocks }: Part): Pick<InitialProcess, "signals"> => ({
  signals: [
    {
      signal: "SIGUSR1",
      disposition:
        catches === "nothing" ? { kind: "default" } : handler({ restart: catches === "restarts" }),
      blocked: blocks,
    },
  ],
});

const birthOf = ({ how, lifeline, blocked }: Child): Template =>
  how === "fork"
    ? fork("C")
    : spawn("C", {
        descriptors: { log: "log", socket: "socket" },
        lifeline: lifeline ? "lifeline" : "",
        block: blocked ? ["SIGUSR1"] : [],
      });

const openLog = (append: boolean): Template => open("log", "log", { access: "write", append });

/** The protocol that a draft stands for. */
export const protocolOfDraft = (drawn: Draft): Protocol => {
  const { clients, messages, connects, log, append, stored, a, b, child, alone, client } = drawn;
  const held = (name: string) =>
    log === "opened" ? {} : { log: { file: "log", append, ...(log === "shared" ? { shared: name } : {}) } };
  const opens = log === "opened" ? [openLog(append)] : [];
  const births = child === null ? [] : [birthOf(child)];
  const having: Having = ["log", "socket", ...(child?.how === "spawn" && child.lifeline ? (["lifeline"] as const) : [])];
  const place = (role: string, one: Part, at: number): InitialProcess => ({
    ...{ role, index: String(at), group: `${role.toLowerCase()}s`, session: "s" },
    holds: {
      ...held("log"),
      socket: { socket: role === "A" ? `${letters[at - 1]}\n`.repeat(messages) : "" },
    },
    ...signalsOf(one),
  });
  const pairs = Array.from({ length: connects ? 0 : clients }, (_, at) => [
    place("A", a, at + 1),
    ...(b === null ? [] : [place("B", b, at + 1)]),
  ]).flat();
  const server: InitialProcess = { role: "D", group: "as", session: "s", ...signalsOf(a) };
  const serve = [listen("listener"), openLog(append)];
  const round: Part = {
    ...a,
    steps: [
      must(accept("listener")),
      must(spawn("A", { descriptors: { log: "log", socket: the("current") } })),
      must(close(the("current"))),
    ],
    then: "loop",
  };
  return defineProtocol({
    id: "drawn",
    says: "A protocol that was drawn.",
    machines: {
      A: machineOf([...(connects ? [] : opens), ...births], a, having),
      ...(b === null || connects ? {} : { B: machineOf(opens, b, ["log", "socket"]) }),
      ...(child === null ? {} : { C: machineOf([], child, having) }),
      ...(alone === null ? {} : { S: machineOf(opens, alone, ["log"]) }),
      ...(connects ? { D: machineOf(serve, round, ["log", "socket"]) } : {}),
    },
    client: machineOf([connect("socket")], client, ["socket"]),
    start: [
      ...(connects ? [server] : []),
      ...pairs,
      ...(alone === null
        ? []
        : [{ role: "S", group: "ss", session: "s", holds: held("log"), ...signalsOf(alone) }]),
    ],
    parameters: { socketBuffer: 3, readSize: 64, tokenLength: 1 },
    bounds: { ...defaultBounds, clients: connects ? clients : 0, messages, stored, faults: drawn.faults },
    tornWrites: drawn.tornWrites,
  });
};

/** The same with a disk so small that whoever writes again and again comes to an end. */
export const settingOfDraft = (drawn: Draft): Setting => ({ ...settingOf(protocolOfDraft(drawn)), room: 5 });
