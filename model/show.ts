/** Requests, results and templates as one reads them in a schedule: `write(log, "a1\n") = 1 short`. */
import { match } from "ts-pattern";
import { isRef, type Template } from "./call.ts";
import type { Request, RequestFor, Result } from "./syscall.ts";

/** Bytes as a JSON string, so that a schedule stays on one line and nothing is lost. */
export const quote = (bytes: string): string =>
  JSON.stringify(bytes).replace(
    /[\x7f-\xff]/g,
    (byte) => `\\u${byte.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

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

/** The arguments of a call, in the order of its man page. */
export const showRequest = (request: Request): string =>
  match(request)
    .with({ call: "open" }, (r) => `open(${r.path}, ${r.access}${r.append ? " append" : ""}, as ${r.as})`)
    .with({ call: "close" }, (r) => `close(${r.fd})`)
    .with({ call: "listen" }, (r) => `listen(${r.as})`)
    .with({ call: "accept" }, (r) => `accept(${r.fd})`)
    .with({ call: "connect" }, (r) => `connect(${r.as})`)
    .with({ call: "read" }, (r) => `read(${r.fd}, ${r.size})`)
    .with({ call: "pread" }, (r) => `pread(${r.fd}, ${r.size}, ${r.offset})`)
    .with({ call: "write" }, (r) => `write(${r.fd}, ${quote(r.bytes)})`)
    .with({ call: "lseek" }, (r) => `lseek(${r.fd}, ${r.offset}, ${r.whence})`)
    .with({ call: "fstat" }, (r) => `fstat(${r.fd})`)
    .with({ call: "ftruncate" }, (r) => `ftruncate(${r.fd}, ${r.size})`)
    .with({ call: "flock" }, (r) => `flock(${r.fd}, ${r.mode}${r.nonblock ? "|NB" : ""})`)
    .with({ call: "kill" }, (r) => `kill(${r.process}, ${r.signal})`)
    .with({ call: "killpg" }, (r) => `kill(${r.group === "own" ? "0" : `-${r.group}`}, ${r.signal})`)
    .with({ call: "sigaction" }, (r) => `sigaction(${r.signal}, ${showDisposition(r.disposition)})`)
    .with({ call: "sigprocmask" }, (r) => `sigprocmask(${r.how}, ${list(r.signals)})`)
    .with({ call: "pause" }, () => "pause()")
    .with({ call: "sigsuspend" }, (r) => `sigsuspend(${list(r.unblock)})`)
    .with({ call: "poll" }, (r) => `poll(${showWait(r)})`)
    .with({ call: "setpgid" }, (r) => `setpgid(${r.group})`)
    .with({ call: "fork" }, (r) => `fork(${r.role})`)
    .with({ call: "spawn" }, (r) => `spawn(${r.role})`)
    .with({ call: "waitpid" }, () => "waitpid()")
    .with({ call: "exit" }, (r) => `exit(${r.code})`)
    .exhaustive();

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

const numeric: ReadonlySet<string> = new Set(["write", "lseek", "fstat"]);

export const showResult = (call: string, result: Result): string =>
  match(result)
    .with({ type: "ok" }, (r) =>
      numeric.has(call)
        ? String(r.value)
        : `${r.name || "ok"}${call === "waitpid" && r.value !== 0 ? " killed" : ""}`,
    )
    .with({ type: "data" }, (r) => quote(r.bytes))
    .with({ type: "eof" }, () => "end")
    .with({ type: "short" }, (r) => `${r.value} short`)
    .with({ type: "readable" }, (r) => `readable ${r.name}`)
    .with({ type: "writable" }, (r) => `writable ${r.name}`)
    .with({ type: "timeout" }, (r) => `timeout ${r.name}`)
    .with({ type: "failed" }, (r) => `failed ${r.errno}`)
    .otherwise((r) => r.type);

/** A template, with what is taken from the context or the parameters in angle brackets. */
export const showTemplate = (template: Template): string => {
  const shown = Object.fromEntries(
    Object.entries(template).map(([key, value]) => [key, isRef(value) ? placeholder(key, value.key) : value]),
  );
  return showRequest(shown as unknown as Request).replaceAll(/"‹([^›]*)›"/g, "‹$1›");
};

const placeholder = (field: string, key: string): unknown =>
  field === "input" || field === "room" || field === "timeout" ? [`‹${key}›`] : `‹${key}›`;
