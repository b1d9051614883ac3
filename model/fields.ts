/** The keys of each call and what they may be, for calls that no compiler has looked at: those of a JSON file, and of a file that is run as it is. */
import { isRef } from "./call.ts";
import type { Problem } from "./inspect.ts";
import { type CallName, type RequestFor, signalNames } from "./syscall.ts";

/** What a key may be, how that is said, and what it is where it is left out. */
export interface Field {
  readonly takes: string;
  readonly fits: (value: unknown) => boolean;
  readonly otherwise?: unknown;
}
export const or = (field: Field, otherwise: unknown): Field => ({ ...field, otherwise });

const isText = (value: unknown): value is string => typeof value === "string" && value !== "";
const isBytes = (value: unknown): boolean => typeof value === "string" && /^[\0-\xff]*$/.test(value);
export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isReference = (value: unknown): boolean =>
  isRef(value) && ["context", "parameter"].includes(value.from) && isText(value.key);

export const text: Field = { takes: "a name", fits: isText };
const bytes: Field = { takes: "a text of characters up to U+00FF, one a byte", fits: isBytes };
export const flag: Field = { takes: "true or false", fits: (value) => typeof value === "boolean" };
const whole: Field = { takes: "a whole number", fits: Number.isInteger };
export const count: Field = {
  takes: "a whole number from 0 on",
  fits: (value) => whole.fits(value) && Number(value) >= 0,
};
const oneOf = (...values: readonly string[]): Field => ({
  takes: `one of: ${values.join(", ")}`,
  fits: (value) => values.includes(value as string),
});
export const listOf = ({ takes, fits }: Field): Field => ({
  takes: `a list, each of it ${takes}`,
  fits: (value) => Array.isArray(value) && value.every(fits),
});
const signal = oneOf(...signalNames);
const names = or(listOf(text), []);
const signals = or(listOf(signal), []);
const descriptors: Field = {
  takes: "a record: the child's name of each descriptor, and the parent's",
  fits: (value) => isRecord(value) && Object.values(value).every((name) => isText(name) || isReference(name)),
};
const disposition: Field = {
  takes:
    '{ "kind": "default" }, { "kind": "ignore" }, or { "kind": "handler", "restart": true or false, "once": true or false }',
  fits: (value) =>
    isRecord(value) &&
    (value.kind === "handler"
      ? flag.fits(value.restart) && flag.fits(value.once)
      : value.kind === "default" || value.kind === "ignore"),
};

/** The keys of each call, beside its name. */
export const fieldsOf: {
  readonly [C in CallName]: Readonly<Record<Exclude<keyof RequestFor<C>, "call">, Field>>;
} = {
  open: { path: text, as: text, access: oneOf("read", "write"), append: or(flag, false) },
  close: { fd: text },
  listen: { as: text },
  accept: { fd: text, as: or({ ...text, fits: (value) => typeof value === "string" }, "") },
  connect: { as: text },
  read: { fd: text, size: count, timeout: or(flag, false) },
  pread: { fd: text, size: count, offset: count },
  write: { fd: text, bytes, nonblock: or(flag, false) },
  lseek: { fd: text, offset: whole, whence: oneOf("SET", "CUR", "END") },
  fstat: { fd: text },
  ftruncate: { fd: text, size: count },
  flock: { fd: text, mode: oneOf("SH", "EX", "UN"), nonblock: or(flag, false) },
  kill: { process: text, signal },
  killpg: { group: text, signal },
  sigaction: { signal, disposition },
  sigprocmask: { how: oneOf("block", "unblock"), signals: listOf(signal) },
  pause: {},
  sigsuspend: { unblock: listOf(signal) },
  poll: { input: names, room: names, unblock: signals, timeout: names },
  setpgid: { group: text },
  fork: { role: text },
  spawn: {
    role: text,
    descriptors: or(descriptors, {}),
    lifeline: or({ ...text, fits: (value) => typeof value === "string" }, ""),
    group: or(oneOf("inherit", "own"), "inherit"),
    block: signals,
  },
  waitpid: {},
  exit: { code: or(count, 0) },
};

/** Whether what a call takes under that key is text or a number; undefined where it is neither, or a name. */
export const typeOfField = (call: CallName, key: string): "string" | "number" | undefined => {
  const field = (fieldsOf[call] as Readonly<Record<string, Field>>)[key];
  if (field === bytes) return "string";
  return field === count || field === whole ? "number" : undefined;
};

export const shown = (value: unknown): string => JSON.stringify(value) ?? "nothing";

/** What is wrong with the keys of a record. */
export const keyProblems = (
  where: string,
  record: Readonly<Record<string, unknown>>,
  fields: Readonly<Record<string, Field>>,
): Problem[] => [
  ...Object.keys(record)
    .filter((key) => !(key in fields))
    .map((key) => ({
      where,
      problem: `there is no “${key}” here`,
      remedy: `there is: ${Object.keys(fields).join(", ") || "nothing but the name of the call"}`,
    })),
  ...Object.entries(fields).flatMap(([key, field]): Problem[] => {
    const value = record[key];
    const remedy = `give ${field.takes}`;
    if (value === undefined)
      return "otherwise" in field ? [] : [{ where, problem: `“${key}” is missing`, remedy }];
    return field.fits(value) || isReference(value)
      ? []
      : [{ where, problem: `“${key}” is ${shown(value)}`, remedy }];
  }),
];

/** What is wrong with a call: that there is no such one, or with its keys. */
export const callProblems = (where: string, call: unknown): Problem[] => {
  const known = Object.keys(fieldsOf);
  if (!isRecord(call))
    return [{ where, problem: `${shown(call)} is no call`, remedy: 'write one as { "call": "pause" }' }];
  const { call: name, ...rest } = call;
  if (!known.includes(name as string))
    return [{ where, problem: `there is no call ${shown(name)}`, remedy: `there are: ${known.join(", ")}` }];
  return keyProblems(where, rest, fieldsOf[name as CallName]);
};
