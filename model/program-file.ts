/** Reads programs from JSON, as a hand writes them: what a call may leave out is filled in, and whatever is wrong is said at once. */
import type { Template } from "./call.ts";
import {
  callProblems,
  count,
  type Field,
  fieldsOf,
  flag,
  isRecord,
  keyProblems,
  listOf,
  or,
  shown,
  text,
} from "./fields.ts";
import type { Problem } from "./inspect.ts";
import type { Program } from "./program.ts";
import { defaultParameters, faultNames } from "./protocol.ts";

/** A file is no program: what is wrong where, and what to do about it. */
export class ProgramError extends Error {
  constructor(readonly problems: readonly Problem[]) {
    super(problems.map(({ where, problem, remedy }) => `${where}: ${problem}; ${remedy}`).join("\n"));
  }
}

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
