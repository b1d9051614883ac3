/** Reads programs from JSON, as a hand writes them: what a call may leave out is filled in, and whatever is wrong is said at once. */
import { isRef, type Template } from "./call.ts";
import type { Problem } from "./inspect.ts";
import type { Program } from "./program.ts";
import { defaultParameters, faultNames } from "./protocol.ts";
import { type CallName, type RequestFor, signalNames } from "./syscall.ts";

/** A file is no program: what is wrong where, and what to do about it. */
export class ProgramError extends Error {
  constructor(readonly problems: readonly Problem[]) {
    super(problems.map(({ where, problem, remedy }) => `${where}: ${problem}; ${remedy}`).join("\n"));
  }
}

/** What a key may be, how that is said, and what it is where it is left out. */
interface Field {
  readonly takes: string;
  readonly fits: (value: unknown) => boolean;
  readonly otherwise?: unknown;
}
const or = (field: Field, otherwise: unknown): Field => ({ ...field, otherwise });

const isText = (value: unknown): value is string => typeof value === "string" && value !== "";
const isBytes = (value: unknown): boolean => typeof value === "string" && /^[\0-\xff]*$/.test(value);
const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isReference = (value: unknown): boolean =>
  isRef(value) && ["context", "parameter"].includes(value.from) && isText(value.key);

const text: Field = { takes: "a name", fits: isText };
const bytes: Field = { takes: "a text of characters up to U+00FF, one a byte", fits: isBytes };
const flag: Field = { takes: "true or false", fits: (value) => typeof value === "boolean" };
const whole: Field = { takes: "a whole number", fits: Number.isInteger };
const count: Field = {
  takes: "a whole number from 0 on",
  fits: (value) => whole.fits(value) && Number(value) >= 0,
};
const oneOf = (...values: readonly string[]): Field => ({
  takes: `one of: ${values.join(", ")}`,
  fits: (value) => values.includes(value as string),
});
const listOf = ({ takes, fits }: Field): Field => ({
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
const fieldsOf: { readonly [C in CallName]: Readonly<Record<Exclude<keyof RequestFor<C>, "call">, Field>> } =
  {
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

const shown = (value: unknown): string => JSON.stringify(value) ?? "nothing";

/** What is wrong with the keys of a record. */
const keyProblems = (
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

const callProblems = (where: string, call: unknown): Problem[] => {
  const known = Object.keys(fieldsOf);
  if (!isRecord(call))
    return [{ where, problem: `${shown(call)} is no call`, remedy: 'write one as { "call": "pause" }' }];
  const { call: name, ...rest } = call;
  if (!known.includes(name as string))
    return [{ where, problem: `there is no call ${shown(name)}`, remedy: `there are: ${known.join(", ")}` }];
  return keyProblems(where, rest, fieldsOf[name as CallName]);
};

const scriptProblems = (role: string, calls: unknown): Problem[] =>
  Array.isArray(calls)
    ? calls.flatMap((call, at) => callProblems(`${role}, call ${at + 1}`, call))
    : [
        {
          where: role,
          problem: `${shown(calls)} is no list of calls`,
          remedy: "give a list, in the order in which they are made",
        },
      ];

const counts = (known: readonly string[]): Field => ({
  takes: `a record of whole numbers, with any of: ${known.join(", ")}`,
  fits: (value) =>
    isRecord(value) &&
    Object.entries(value).every(([key, number]) => known.includes(key) && count.fits(number)),
});

const programFields: Readonly<Record<keyof Program, Field>> = {
  says: or({ takes: "a sentence", fits: (value) => typeof value === "string" }, undefined),
  processes: { takes: "a record: of each role its list of calls", fits: isRecord },
  start: listOf(text),
  client: or(
    { takes: 'a list of calls, or "papaya"', fits: (value) => value === "papaya" || Array.isArray(value) },
    undefined,
  ),
  parameters: or(counts(Object.keys(defaultParameters)), undefined),
  stored: or(count, undefined),
  faults: or(counts(faultNames), undefined),
  tornWrites: or(flag, undefined),
};

const programProblems = (value: unknown): Problem[] => {
  if (!isRecord(value))
    return [
      { where: "", problem: "it is no program", remedy: 'begin with { "processes": { … }, "start": [ … ] }' },
    ];
  const whole = keyProblems("", value, programFields);
  if (whole.length > 0) return whole;
  const scripts = Object.entries(value.processes as object);
  return [...scripts, ...(Array.isArray(value.client) ? [["client", value.client] as const] : [])].flatMap(
    ([role, calls]) => scriptProblems(role, calls),
  );
};

const completed = (call: Template): Template =>
  ({
    ...call,
    ...Object.fromEntries(
      Object.entries<Field>(fieldsOf[call.call])
        .filter(([key, field]) => !(key in call) && "otherwise" in field)
        .map(([key, { otherwise }]) => [key, otherwise]),
    ),
  }) as Template;

const parsed = (json: string): unknown => {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new ProgramError([
      {
        where: "",
        problem: `it is no JSON: ${(error as Error).message}`,
        remedy: "mend that place of the file",
      },
    ]);
  }
};

/** Reads a program. Throws a {@link ProgramError} with everything that is wrong with it. */
export const parseProgram = (json: string): Program => {
  const value = parsed(json);
  const problems = programProblems(value);
  if (problems.length > 0) throw new ProgramError(problems);
  const { processes, client, ...rest } = value as Program;
  return {
    ...rest,
    processes: Object.fromEntries(
      Object.entries(processes).map(([role, calls]) => [role, calls.map(completed)]),
    ),
    ...(client === undefined ? {} : { client: client === "papaya" ? client : client.map(completed) }),
  };
};
