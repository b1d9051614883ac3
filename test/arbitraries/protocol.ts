/** The protocol that a draft stands for. Every draft is a protocol that holds together: whoever uses a descriptor has it. */
import { match } from "ts-pattern";
import { assign, createMachine } from "xstate";
import {
  accept,
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
  type ProcessMachine,
  type Protocol,
  pause,
  type Setting,
  settingOf,
  spawn,
  type Template,
  the,
} from "../../model/index.ts";
import type { Child, Draft, Part } from "./draft.ts";
import { type Having, type Step, suits } from "./steps.ts";

/** Notes one value of an answer in the context. */
const noting = (key: string, field: "bytes" | "name") =>
  assign(({ event }) => ({ [key]: (event as { readonly [F in typeof field]?: string })[field] ?? "" }));

const edgesOf = ({ call, otherwise }: Step, here: string, next: string) => {
  const other = { on: next, again: here, end: "end" }[otherwise];
  const going = (actions: ReturnType<typeof noting>) => ({ target: next, actions });
  return match(call.call)
    .with("pause", "sigsuspend", () => ({ "*": next }))
    .with("poll", () => ({ readable: next, writable: next, "*": other }))
    .with("read", "pread", () => ({ data: going(noting("line", "bytes")), "*": other }))
    .with("spawn", "fork", () => ({ ok: going(noting("child", "name")) }))
    .with("accept", () => ({ ok: going(noting("current", "name")), "*": other }))
    .otherwise(() => ({ ok: next, "*": other }));
};

const criticalOf = (call: Template): { readonly critical?: "read" | "write" } => {
  if (!("fd" in call) || call.fd !== "log") return {};
  if (call.call === "read" || call.call === "pread") return { critical: "read" };
  return call.call === "write" || call.call === "ftruncate" ? { critical: "write" } : {};
};

/** Without that there is nothing to be done. */
const needed = (call: Template): Step => ({ call, otherwise: "end" });

/** A machine that does some things once, and then its part. Whoever has nothing to read from says `-`. */
const machineOf = (first: readonly Template[], part: Part, having: Having): ProcessMachine => {
  const own = part.steps.filter(({ call }) => suits(call, having));
  const all = [...first.map(needed), ...own];
  const loop = part.last === "loop" && own.length > 0 ? `step${first.length + 1}` : "end";
  const nameOf = (at: number) => (at < all.length ? `step${at + 1}` : loop);
  const states = all.map((step, at) => {
    const meta = { call: step.call, ...(part.critical ? criticalOf(step.call) : {}) };
    return [nameOf(at), { meta, on: edgesOf(step, nameOf(at), nameOf(at + 1)) }];
  });
  const rest = { meta: { call: pause() }, on: { "*": "end" } };
  return createMachine({
    id: "drawn",
    context: ({ input }: { readonly input?: Partial<MachineInput> }) => ({
      ...{ line: input?.segments?.join("") || "-\n", child: "", current: "" },
    }),
    initial: all.length === 0 ? "end" : nameOf(0),
    states: {
      ...Object.fromEntries(states),
      end: part.last === "exit" ? { meta: { call: exit() } } : rest,
    },
  });
};

const signalsOf = ({ catches, blocks }: Part): Pick<InitialProcess, "signals"> => {
  const restart = catches === "restarts";
  const disposition = catches === "nothing" ? ({ kind: "default" } as const) : handler({ restart });
  return { signals: [{ signal: "SIGUSR1", disposition, blocked: blocks }] };
};

const birthOf = ({ how, lifeline, blocks }: Child): Template => {
  if (how === "fork") return fork("C");
  const line = lifeline ? { lifeline: "lifeline" } : {};
  const block = blocks ? (["SIGUSR1"] as const) : [];
  return spawn("C", { descriptors: { log: "log", socket: "socket" }, ...line, block });
};

/** The server of clients that connect: it gives each of them to an A, and knows no more of it. */
const server = (opens: Template, a: Part): ProcessMachine => {
  const toNext = spawn("A", { descriptors: { log: "log", socket: the("current") } });
  const serve = [accept("listener"), toNext, close(the("current"))].map(needed);
  return machineOf([listen("listener"), opens], { ...a, steps: serve, last: "loop" }, ["log", "socket"]);
};

const letters = "abc";

/** Who is there at the start. */
const startOf = ({ clients, messages, connects, log, append, a, b, alone }: Draft): InitialProcess[] => {
  const shared = log === "shared" ? { shared: "log" } : {};
  const held = log === "opened" ? {} : { log: { file: "log", append, ...shared } };
  const place = (role: string, part: Part) => ({
    ...{ role, group: `${role.toLowerCase()}s`, session: "drawn" },
    ...signalsOf(part),
  });
  const pairOf = (letter: string, at: number): InitialProcess[] => {
    const said = { socket: { socket: `${letter}\n`.repeat(messages) } };
    const index = String(at + 1);
    const second =
      b === null ? [] : [{ ...place("B", b), index, holds: { ...held, socket: { socket: "" } } }];
    return [{ ...place("A", a), index, holds: { ...held, ...said } }, ...second];
  };
  const served = connects ? [place("D", a)] : [...letters].slice(0, clients).flatMap(pairOf);
  return alone === null ? served : [...served, { ...place("S", alone), holds: held }];
};

/** The protocol that a draft stands for. */
export const protocolOfDraft = (draft: Draft): Protocol => {
  const { clients, messages, connects, log, append, stored, faults, tornWrites, a, b, child, alone } = draft;
  const openLog = open("log", "log", { access: "write", append });
  const opens = log === "opened" ? [openLog] : [];
  const births = child === null ? [] : [birthOf(child)];
  const basic: Having = ["log", "socket"];
  const family: Having = child?.how === "spawn" && child.lifeline ? [...basic, "lifeline"] : basic;
  return defineProtocol({
    id: "drawn",
    says: "A protocol that was drawn.",
    machines: {
      A: machineOf([...(connects ? [] : opens), ...births], a, family),
      ...(b === null || connects ? {} : { B: machineOf(opens, b, basic) }),
      ...(child === null ? {} : { C: machineOf([], child, family) }),
      ...(alone === null ? {} : { S: machineOf(opens, alone, ["log"]) }),
      ...(connects ? { D: server(openLog, a) } : {}),
    },
    client: machineOf([connect("socket")], draft.client, ["socket"]),
    start: startOf(draft),
    parameters: { socketBuffer: 3, readSize: 64, tokenLength: 1 },
    bounds: { ...defaultBounds, clients: connects ? clients : 0, messages, stored, faults },
    tornWrites,
  });
};

/** The same on a disk so small that whoever writes for ever comes to an end of new states. */
export const settingOfDraft = (draft: Draft): Setting => ({ ...settingOf(protocolOfDraft(draft)), room: 5 });
