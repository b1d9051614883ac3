/** Traces written by hand, as short as a property allows, and what a property says of them. */
import {
  type Bounds,
  type Critical,
  type FaultName,
  Judge,
  ok,
  type ProcessName,
  type Property,
  poll,
  type QuiescentEvent,
  type QuietProcess,
  type Request,
  type Result,
  type ReturnEvent,
  read,
  resolve,
  type Setting,
  settingOf,
  spawn,
  type Template,
  type TraceEvent,
  write,
} from "../../model/index.ts";
import { papaya } from "../../model/protocols/index.ts";

/** Two clients; each sends a line, `a1\n` and `b1\n`. */
export const settingWith = (bounds: Partial<Bounds> = {}, parameters: Partial<Setting["parameters"]> = {}) =>
  settingOf(
    { ...papaya, parameters: { ...papaya.parameters, ...parameters } },
    { ...papaya.bounds, ...bounds },
  );
const usual = settingWith();

const request = (template: Template): Request => resolve(template, {}, papaya.parameters);
const named = (name: string) => name as ProcessName;

/** Where a process goes on after a call; by default to something that matters to nobody. */
interface Going {
  /** The section that the call was made in, and the one that the process is in from now on. */
  readonly critical?: Critical | null;
  readonly next?: Critical | null;
  readonly towards?: ReturnEvent["next"]["call"];
}

/** A process's call has returned. */
export const did = (process: string, template: Template, result: Result, going: Going = {}): TraceEvent => ({
  type: "return",
  process: named(process),
  state: "state",
  critical: going.critical ?? null,
  request: request(template),
  result,
  next: { state: "next", call: going.towards ?? "poll", critical: going.next ?? null },
});
/** A process is about to make a call. */
export const calls = (process: string, template: Template): TraceEvent => ({
  type: "call",
  process: named(process),
  state: "state",
  request: request(template),
});
export const progress = (process: string, template: Template, bytes: string, at: number): TraceEvent => ({
  type: "progress",
  process: named(process),
  request: request(template),
  bytes,
  at,
});
export const exits = (process: string, signal: "SIGUSR1" | "SIGKILL" | null = null): TraceEvent => ({
  type: "exit",
  process: named(process),
  signal,
});
export const fault = (name: FaultName, process: string): TraceEvent => ({
  type: "fault",
  fault: name,
  process: named(process),
});

/** What a client, a RECV or a SEND often does. */
export const receives = (client: string, bytes: string) =>
  did(client, read("socket", 64), { type: "data", bytes }, { towards: "read" });
export const takes = (recv: string, bytes: string) => did(recv, read("socket", 64), { type: "data", bytes });
export const startsSend = (index: string) => did(`RECV[${index}]`, spawn("SEND"), ok(0, `SEND[${index}]`));
export const appends = (process: string, bytes: string, at: number, going: Going = { critical: "write" }) =>
  did(process, write("log", bytes), { type: "ok", value: bytes.length, name: "", at }, going);

/** A process when nothing can move any more: blocked in a call, or without one a zombie. */
export const quiet = (
  name: string,
  call: Template | null = null,
  more: Partial<QuietProcess> = {},
): QuietProcess => ({
  name: named(name),
  status: call === null ? "zombie" : "blocked",
  parent: "",
  state: "state",
  request: call === null ? null : request(call),
  holdsLock: false,
  unneeded: [],
  ...more,
});
export const waitsForInput = poll({ input: ["socket"] });
export const listening = (client: string, more: Partial<QuietProcess> = {}) =>
  quiet(client, read("socket", 64), more);
export const serving = (index: string): readonly QuietProcess[] => [
  quiet(`RECV[${index}]`, waitsForInput),
  quiet(`SEND[${index}]`, waitsForInput),
];
export const quiescent = (
  processes: readonly QuietProcess[],
  more: Partial<Omit<QuiescentEvent, "type" | "processes">> = {},
): TraceEvent => ({ type: "quiescent", log: "", portOpen: true, processes, ...more });

/** What a property says of a whole trace: its verdict, or why it is broken. */
export const verdictOn = (property: Property, trace: readonly TraceEvent[], setting = usual): string => {
  const judge = new Judge([property], setting);
  for (const event of trace) judge.hear(event);
  const [verdict] = judge.verdicts(true);
  return verdict?.verdict === "violated" ? verdict.because : String(verdict?.verdict);
};
