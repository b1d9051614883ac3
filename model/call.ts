/**
 * How a machine's state names its call: a template, which is a request with some values still to be taken from the
 * machine's context (`the("lines")`) or from the protocol's parameters (`parameter("readSize")`).
 */
import type {
  CallName,
  DescriptorName,
  Disposition,
  LockMode,
  Request,
  RequestFor,
  Signal,
} from "./syscall.ts";

/** A value that stands in the machine's context when the call is made. */
export interface ContextRef {
  readonly from: "context";
  readonly key: string;
}
/** A value that the protocol's parameters give. */
export interface ParameterRef {
  readonly from: "parameter";
  readonly key: ParameterName;
}
export type Ref = ContextRef | ParameterRef;

type Templated<R> = {
  readonly [K in keyof R]: K extends "call"
    ? R[K]
    : K extends "descriptors"
      ? Readonly<Record<DescriptorName, DescriptorName | Ref>>
      : R[K] | Ref;
};
/** A request with some of its values still to be filled in. */
export type Template = { [C in CallName]: Templated<RequestFor<C>> }[CallName];

/** Sizes and limits, in bytes unless said otherwise, that both worlds obey and every schedule states. */
export interface Parameters {
  /** Most bytes that one read takes. */
  readonly readSize: number;
  /** Capacity of a socket in each direction. */
  readonly socketBuffer: number;
  /** Longest line accepted, its `\n` included. */
  readonly lineLimit: number;
  /** Length of the token that opens a session. */
  readonly tokenLength: number;
  /** Lines of history that a new client is sent; `all` is a number no log reaches. */
  readonly historyLines: number;
  /** Most bytes of history that are looked at for those lines. */
  readonly historySize: number;
}
export type ParameterName = keyof Parameters;

export const the = (key: string): ContextRef => ({ from: "context", key });
export const parameter = (key: ParameterName): ParameterRef => ({ from: "parameter", key });

type Value<T> = T | Ref;

export const open = (
  path: string,
  as: DescriptorName,
  flags: { access: "read" | "write"; append?: boolean },
): Template => ({ call: "open", path, as, access: flags.access, append: flags.append ?? false });
export const close = (fd: Value<DescriptorName>): Template => ({ call: "close", fd });
export const listen = (as: DescriptorName): Template => ({ call: "listen", as });
export const accept = (fd: DescriptorName, as: DescriptorName = ""): Template => ({ call: "accept", fd, as });
export const connect = (as: DescriptorName): Template => ({ call: "connect", as });
export const read = (
  fd: Value<DescriptorName>,
  size: Value<number>,
  options: { timeout?: boolean } = {},
): Template => ({ call: "read", fd, size, timeout: options.timeout ?? false });
export const pread = (fd: DescriptorName, size: Value<number>, offset: Value<number>): Template => ({
  call: "pread",
  fd,
  size,
  offset,
});
export const write = (
  fd: DescriptorName,
  bytes: Value<string>,
  options: { nonblock?: boolean } = {},
): Template => ({ call: "write", fd, bytes, nonblock: options.nonblock ?? false });
export const lseek = (
  fd: DescriptorName,
  offset: Value<number>,
  whence: "SET" | "CUR" | "END",
): Template => ({
  call: "lseek",
  fd,
  offset,
  whence,
});
export const fstat = (fd: DescriptorName): Template => ({ call: "fstat", fd });
export const ftruncate = (fd: DescriptorName, size: Value<number>): Template => ({
  call: "ftruncate",
  fd,
  size,
});
export const flock = (
  fd: DescriptorName,
  mode: LockMode,
  options: { nonblock?: boolean } = {},
): Template => ({
  call: "flock",
  fd,
  mode,
  nonblock: options.nonblock ?? false,
});
export const kill = (process: Value<string>, signal: Signal): Template => ({ call: "kill", process, signal });
export const killpg = (group: string, signal: Signal): Template => ({ call: "killpg", group, signal });
export const sigaction = (signal: Signal, disposition: Disposition): Template => ({
  call: "sigaction",
  signal,
  disposition,
});
export const sigprocmask = (how: "block" | "unblock", ...signals: Signal[]): Template => ({
  call: "sigprocmask",
  how,
  signals,
});
export const pause = (): Template => ({ call: "pause" });
export const sigsuspend = (...unblock: Signal[]): Template => ({ call: "sigsuspend", unblock });
export const poll = (wait: {
  input?: Value<readonly DescriptorName[]>;
  room?: Value<readonly DescriptorName[]>;
  unblock?: readonly Signal[];
  timeout?: Value<readonly DescriptorName[]>;
}): Template => ({
  call: "poll",
  input: wait.input ?? [],
  room: wait.room ?? [],
  unblock: wait.unblock ?? [],
  timeout: wait.timeout ?? [],
});
export const setpgid = (group: string): Template => ({ call: "setpgid", group });
export const fork = (role: string): Template => ({ call: "fork", role });
export const spawn = (
  role: string,
  how: {
    descriptors?: Record<DescriptorName, Value<DescriptorName>>;
    lifeline?: DescriptorName;
    group?: "inherit" | "own";
    block?: readonly Signal[];
  } = {},
): Template => ({
  call: "spawn",
  role,
  descriptors: how.descriptors ?? {},
  lifeline: how.lifeline ?? "",
  group: how.group ?? "inherit",
  block: how.block ?? [],
});
export const waitpid = (): Template => ({ call: "waitpid" });
export const exit = (code = 0): Template => ({ call: "exit", code });

export const ignore: Disposition = { kind: "ignore" };
/** A handler that does nothing but interrupt; `restart` is SA_RESTART, `once` System V's one-shot `signal()`. */
export const handler = (flags: { restart: boolean; once?: boolean }): Disposition => ({
  kind: "handler",
  restart: flags.restart,
  once: flags.once ?? false,
});

export const isRef = (value: unknown): value is Ref =>
  typeof value === "object" && value !== null && "from" in value && "key" in value;

interface Gaps {
  /** The fields of a template in which something is still to be filled in. */
  readonly fields: readonly string[];
  /** Whether any of it comes from the machine's context. */
  readonly takeContext: boolean;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const refsIn = (value: unknown): readonly Ref[] =>
  isRef(value) ? [value] : isRecord(value) ? Object.values(value).filter(isRef) : [];

const known = new WeakMap<Template, Gaps>();

/** A template is looked over once, and filled in again and again. */
const gapsIn = (template: Template): Gaps => {
  const found = known.get(template);
  if (found !== undefined) return found;
  const fields = Object.entries(template).filter(([, value]) => refsIn(value).length > 0);
  const gaps: Gaps = {
    fields: fields.map(([field]) => field),
    takeContext: fields.some(([, value]) => refsIn(value).some(({ from }) => from === "context")),
  };
  known.set(template, gaps);
  return gaps;
};

/** Whether a template takes anything from its machine's context. */
export const takesContext = (template: Template): boolean => gapsIn(template).takeContext;

/** Thrown when a state's call asks for something that its context or the parameters do not have. */
export class MissingValue extends Error {
  constructor(readonly ref: Ref) {
    super(`the call takes “${ref.key}” from the ${ref.from}, which has no such value`);
  }
}

/** The request that a template stands for, given a context and the protocol's parameters. */
export const resolve = (
  template: Template,
  context: Readonly<Record<string, unknown>>,
  parameters: Parameters,
): Request => {
  const { fields } = gapsIn(template);
  if (fields.length === 0) return template as Request;
  const valueOf = (value: unknown): unknown => {
    if (isRef(value)) {
      const found = value.from === "context" ? context[value.key] : parameters[value.key];
      if (found === undefined) throw new MissingValue(value);
      return found;
    }
    if (!isRecord(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, valueOf(inner)]));
  };
  // Not spread: how V8 lays that out hangs on all that has been spread before, and code is optimised for layouts.
  const request: Record<string, unknown> = {};
  for (const field of Object.keys(template) as (keyof Template)[])
    request[field] = fields.includes(field) ? valueOf(template[field]) : template[field];
  return request as unknown as Request;
};
