/** Requests, results and templates as one reads them in a schedule: `write(log, "a1\n") = 1 short`. */
import { isRef, type Template } from "./call.ts";
import type { CallName, Request, RequestFor, Result, ResultType } from "./syscall.ts";

/** Bytes as a JSON string, so that a schedule stays on one line and nothing is lost. */
export const quote = (bytes: string): string => {
  const text = JSON.stringify(bytes);
  if (!beyondAscii.test(text)) return text;
  return text.replaceAll(/[\x7f-\xff]/g, (byte) => `\\u${byte.charCodeAt(0).toString(16).padStart(4, "0")}`);
};

const beyondAscii = /[\x7f-\xff]/;

const utf8 = new TextDecoder("utf-8", { fatal: true });
const longestBrief = 48;

/** Bytes as a person wants to read them in a sentence: as text where they are text, and not too long. */
export const brief = (bytes: string): string => {
  const text = asText(bytes);
  const cut = [...text].length > longestBrief ? `${[...text].slice(0, longestBrief).join("")}…` : text;
  return JSON.stringify(cut);
};

const asText = (bytes: string): string => {
  try {
    return utf8.decode(Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)));
  } catch {
    return bytes;
  }
};

const list = (values: readonly string[]): string => `[${values.join(", ")}]`;

const showWait = (r: RequestFor<"poll">): string =>
  [
    ...(r.input.length > 0 ? [`input ${list(r.input)}`] : []),
    ...(r.room.length > 0 ? [`room ${list(r.room)}`] : []),
    ...(r.unblock.length > 0 ? [`unblocked ${list(r.unblock)}`] : []),
  ].join(", ");

const showDisposition = (disposition: { kind: string; restart?: boolean; once?: boolean }): string =>
  disposition.kind === "handler"
    ? `handler${disposition.restart ? " SA_RESTART" : ""}${disposition.once ? " SA_RESETHAND" : ""}`
    : disposition.kind;

/** The arguments of each call, in the order of its man page. */
const texts: { readonly [C in CallName]: (request: RequestFor<C>) => string } = {
  open: (r) => `open(${r.path}, ${r.access}${r.append ? " append" : ""}, as ${r.as})`,
  close: (r) => `close(${r.fd})`,
  listen: (r) => `listen(${r.as})`,
  accept: (r) => `accept(${r.fd})`,
  connect: (r) => `connect(${r.as})`,
  read: (r) => `read(${r.fd}, ${r.size})`,
  pread: (r) => `pread(${r.fd}, ${r.size}, ${r.offset})`,
  write: (r) => `write(${r.fd}, ${quote(r.bytes)})`,
  lseek: (r) => `lseek(${r.fd}, ${r.offset}, ${r.whence})`,
  fstat: (r) => `fstat(${r.fd})`,
  ftruncate: (r) => `ftruncate(${r.fd}, ${r.size})`,
  flock: (r) => `flock(${r.fd}, ${r.mode}${r.nonblock ? "|NB" : ""})`,
  kill: (r) => `kill(${r.process}, ${r.signal})`,
  killpg: (r) => `kill(${r.group === "own" ? "0" : `-${r.group}`}, ${r.signal})`,
  sigaction: (r) => `sigaction(${r.signal}, ${showDisposition(r.disposition)})`,
  sigprocmask: (r) => `sigprocmask(${r.how}, ${list(r.signals)})`,
  pause: () => "pause()",
  sigsuspend: (r) => `sigsuspend(${list(r.unblock)})`,
  poll: (r) => `poll(${showWait(r)})`,
  setpgid: (r) => `setpgid(${r.group})`,
  fork: (r) => `fork(${r.role})`,
  spawn: (r) => `spawn(${r.role})`,
  waitpid: () => "waitpid()",
  exit: (r) => `exit(${r.code})`,
};

/** A call as it stands in a schedule. */
export const showRequest = (request: Request): string =>
  (texts[request.call] as (request: Request) => string)(request);

const numeric: ReadonlySet<string> = new Set(["write", "lseek", "fstat"]);

type Of<T extends ResultType> = Extract<Result, { readonly type: T }>;

/** Results that say more than their names. */
const resultTexts: { readonly [T in ResultType]?: (result: Of<T>, call: string) => string } = {
  ok: ({ value, name }, call) =>
    numeric.has(call)
      ? String(value)
      : `${name || "ok"}${call === "waitpid" && value !== 0 ? " killed" : ""}`,
  data: ({ bytes }) => quote(bytes),
  eof: () => "end",
  short: ({ value }) => `${value} short`,
  readable: ({ name }) => `readable ${name}`,
  writable: ({ name }) => `writable ${name}`,
  timeout: ({ name }) => `timeout ${name}`,
  failed: ({ errno }) => `failed ${errno}`,
};

export const showResult = (call: string, result: Result): string => {
  const text = resultTexts[result.type] as ((result: Result, call: string) => string) | undefined;
  return text?.(result, call) ?? result.type;
};

/** A template, with what is taken from the context or the parameters in angle brackets. */
export const showTemplate = (template: Template): string => {
  const shown = Object.fromEntries(
    Object.entries(template).map(([key, value]) => [key, isRef(value) ? placeholder(key, value.key) : value]),
  );
  return showRequest(shown as unknown as Request).replaceAll(/"‹([^›]*)›"/g, "‹$1›");
};

const placeholder = (field: string, key: string): unknown =>
  field === "input" || field === "room" || field === "timeout" ? [`‹${key}›`] : `‹${key}›`;
