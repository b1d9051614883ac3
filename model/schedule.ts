/**
 * Schedules: the choices of a run as one readable text file, valid for the checker, the simulator and real processes. A
 * header says what was run; then one line a step names process, call and outcome, never an index into a list, so that an
 * old schedule survives new versions.
 */
import type { ParameterName, Parameters } from "./call.ts";
import { splitLines } from "./line.ts";
import type { ProcessName } from "./name.ts";
import { type Bounds, type Budget, type FaultName, faultNames, type Protocol } from "./protocol.ts";
import { type ClientPlan, type Setting, settingOf } from "./setting.ts";
import { quote } from "./show.ts";
import type { Bytes } from "./syscall.ts";

/**
 * Something that can happen: a call with one of its outcomes, or a fault of the environment.
 */
export interface Action {
  readonly kind: "call" | "fault";
  readonly process: ProcessName;
  /** The call with its arguments, or the fault. */
  readonly call: string;
  /** The call's result; empty for a fault. */
  readonly outcome: string;
}

export const showAction = ({ kind, process, call, outcome }: Action): string =>
  kind === "fault" ? `fault ${call} ${process}` : `${process} ${call} = ${outcome}`;

/** The name of an action's call, without its arguments. */
export const callName = ({ call }: Action): string => /^[^(]*/.exec(call)?.[0] ?? call;

export interface Schedule {
  /** The protocol's id, or the file that it was loaded from. */
  readonly protocol: string;
  readonly bounds: Bounds;
  readonly parameters: Parameters;
  /** What each client writes to its socket; strangers have no right token. */
  readonly clients: readonly Pick<ClientPlan, "name" | "stranger" | "segments">[];
  /** The property that it breaks, and how; empty where it was not made for one. */
  readonly property: string;
  readonly because: string;
  readonly steps: readonly Action[];
}

/** What is wrong with a schedule file, where, and what to do about it. */
export class ScheduleError extends Error {
  constructor(line: number, problem: string) {
    super(`line ${line}: ${problem}`);
  }
}

const title = "papaya schedule 1";

const pairs = (record: object): string =>
  Object.entries(record)
    .map(([key, value]) => `${key}=${value}`)
    .join(" ");

export const scheduleOf = (
  setting: Setting,
  steps: readonly Action[],
  broken: { property: string; because: string } = { property: "", because: "" },
  protocol = setting.protocol.id,
): Schedule => ({
  protocol,
  bounds: setting.bounds,
  parameters: setting.parameters,
  clients: setting.clients,
  ...broken,
  steps,
});

export const printSchedule = (schedule: Schedule): string => {
  const { faults, ...bounds } = schedule.bounds;
  const lines = [
    title,
    `protocol: ${schedule.protocol}`,
    `bounds: ${pairs(bounds)}`,
    `faults: ${pairs(faults)}`.trimEnd(),
    `parameters: ${pairs(schedule.parameters)}`,
    ...schedule.clients.map(
      ({ name, stranger, segments }) =>
        `${stranger ? "stranger" : "sends"}: ${[name, ...segments.map(quote)].join(" ")}`,
    ),
    ...(schedule.property === "" ? [] : [`property: ${schedule.property}`, `because: ${schedule.because}`]),
    "",
    ...schedule.steps.map(showAction),
  ];
  return `${lines.join("\n")}\n`;
};

/** Where a call's closing parenthesis stands, quoted bytes apart; -1 where there is none. */
const endOfCall = (text: string): number => {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === '"') {
      at++;
      while (at < text.length && text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
    } else if (char === "(") depth++;
    else if (char === ")" && --depth === 0) return at;
  }
  return -1;
};

const parseStep = (text: string, line: number): Action => {
  const [, fault, victim] = /^fault (\S+) (\S+)$/.exec(text) ?? [];
  if (fault !== undefined && victim !== undefined) {
    if (!faultNames.includes(fault as FaultName))
      throw new ScheduleError(line, `there is no fault “${fault}”; there are ${faultNames.join(", ")}`);
    return { kind: "fault", process: victim as ProcessName, call: fault, outcome: "" };
  }
  const space = text.indexOf(" ");
  const rest = text.slice(space + 1);
  const end = endOfCall(rest);
  if (space < 0 || end < 0 || !rest.startsWith(" =", end + 1))
    throw new ScheduleError(
      line,
      `a step reads “PROCESS CALL(…) = OUTCOME” or “fault FAULT PROCESS”, not “${text}”`,
    );
  return {
    kind: "call",
    process: text.slice(0, space) as ProcessName,
    call: rest.slice(0, end + 1),
    outcome: rest.slice(end + 4),
  };
};

const parsePairs = (text: string, line: number): Record<string, string> =>
  Object.fromEntries(
    text
      .split(/\s+/)
      .filter((pair) => pair !== "")
      .map((pair) => {
        const [, key, value] = /^([^=]+)=(.*)$/.exec(pair) ?? [];
        if (key === undefined || value === undefined)
          throw new ScheduleError(line, `“${pair}” is no key=value`);
        return [key, value];
      }),
  );

const numbersIn = (text: string, line: number): Record<string, number> =>
  Object.fromEntries(
    Object.entries(parsePairs(text, line)).map(([key, value]) => {
      if (!/^\d+$/.test(value)) throw new ScheduleError(line, `“${key}” takes a number, not “${value}”`);
      return [key, Number(value)];
    }),
  );

const parseSends = (text: string, stranger: boolean, line: number): Schedule["clients"][number] => {
  const [name = "", ...quoted] = text.match(/"(?:[^"\\]|\\.)*"|\S+/g) ?? [];
  try {
    return {
      name: name as ProcessName,
      stranger,
      segments: quoted.map((segment) => String(JSON.parse(segment))),
    };
  } catch {
    throw new ScheduleError(line, `what ${name} sends is written as JSON strings, one a segment`);
  }
};

/** Reads a schedule file. Throws a {@link ScheduleError} that names the line and the remedy. */
export const parseSchedule = (text: string): Schedule => {
  const lines = text.split("\n");
  if (lines[0]?.trim() !== title)
    throw new ScheduleError(1, `a schedule begins with “${title}”; this file does not`);
  const header: Record<string, string> = {};
  const clients: Schedule["clients"][number][] = [];
  const steps: Action[] = [];
  let faults: Budget = {};
  let bounds: Record<string, number | boolean> = {};
  let parameters: Record<string, number> = {};
  let inHeader = true;
  for (const [at, raw] of lines.entries()) {
    const line = raw.trim();
    if (at === 0 || line.startsWith("#")) continue;
    if (line === "") {
      inHeader &&= Object.keys(header).length === 0;
      continue;
    }
    if (!inHeader) {
      steps.push(parseStep(line, at + 1));
      continue;
    }
    const [, key, value] = /^([a-z]+):\s*(.*)$/.exec(line) ?? [];
    if (key === undefined || value === undefined)
      throw new ScheduleError(
        at + 1,
        `the header has “key: value” lines and ends with an empty line; this is “${line}”`,
      );
    header[key] = value;
    if (key === "sends" || key === "stranger") clients.push(parseSends(value, key === "stranger", at + 1));
    if (key === "faults") faults = numbersIn(value, at + 1);
    if (key === "parameters") parameters = numbersIn(value, at + 1);
    if (key === "bounds") {
      const { pipelined, ...rest } = parsePairs(value, at + 1);
      bounds = { ...numbersIn(pairs(rest), at + 1), pipelined: pipelined === "true" };
    }
  }
  if (header.protocol === undefined)
    throw new ScheduleError(1, "the header does not say which protocol it is for");
  return {
    protocol: header.protocol,
    bounds: { ...(bounds as unknown as Bounds), faults },
    parameters: parameters as unknown as Parameters,
    clients,
    property: header.property ?? "",
    because: header.because ?? "",
    steps,
  };
};

/** The setting that a schedule was made in, for its own protocol or for another one. */
export const settingFor = (schedule: Schedule, protocol: Protocol): Setting => {
  const parameters = withDefaults(schedule.parameters, protocol.parameters);
  const setting = settingOf({ ...protocol, parameters }, { ...protocol.bounds, ...schedule.bounds });
  if (schedule.clients.length === 0) return setting;
  const clients = schedule.clients.map((client): ClientPlan => {
    const bytes: Bytes = client.segments.join("");
    const token = bytes.slice(0, setting.token.length);
    return { ...client, token, lines: splitLines(bytes.slice(token.length)).lines };
  });
  return { ...setting, clients };
};

const withDefaults = (given: Partial<Parameters>, fallback: Parameters): Parameters =>
  Object.fromEntries(
    Object.entries(fallback).map(([key, value]) => [key, given[key as ParameterName] ?? value]),
  ) as unknown as Parameters;
