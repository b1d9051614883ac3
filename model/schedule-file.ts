/** Reads schedule files: what {@link printSchedule} writes, or a hand. Nothing that is not understood is passed over. */
import type { Parameters } from "./call.ts";
import { type Fairness, fairnessNames } from "./fairness.ts";
import type { ProcessName } from "./name.ts";
import {
  type Bounds,
  type Budget,
  defaultBounds,
  defaultParameters,
  type FaultName,
  faultNames,
} from "./protocol.ts";
import { type Action, loopMark, printPairs, type Schedule, scheduleTitle } from "./schedule.ts";

/** What is wrong with a schedule file, where, and what to do about it. */
export class ScheduleError extends Error {
  constructor(line: number, problem: string) {
    super(`line ${line}: ${problem}`);
  }
}

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

/** The least that may be said of it: reads of no bytes, and lines in no segments, would mean something else. */
const leastOf = (key: string): number =>
  ["readSize", "socketBuffer", "lineLimit", "tokenLength", "segments", "tokenSegments"].includes(key) ? 1 : 0;

/** Pairs whose keys are among those that there are, and whose values are numbers. */
const numbersIn = (text: string, line: number, known: readonly string[]): Record<string, number> =>
  Object.fromEntries(
    Object.entries(parsePairs(text, line)).map(([key, value]) => {
      if (!known.includes(key))
        throw new ScheduleError(line, `there is no “${key}” here; there are ${known.join(", ")}`);
      if (!/^\d+$/.test(value)) throw new ScheduleError(line, `“${key}” takes a number, not “${value}”`);
      if (Number(value) < leastOf(key))
        throw new ScheduleError(line, `“${key}” takes a number from ${leastOf(key)} on, not ${value}`);
      return [key, Number(value)];
    }),
  );

const parseSends = (text: string, stranger: boolean, line: number): Schedule["clients"][number] => {
  const [name = "", ...quoted] = text.match(/"(?:[^"\\]|\\.)*"|\S+/g) ?? [];
  if (!/^client\[.+\]$/.test(name))
    throw new ScheduleError(line, `the line names a client first, as client[1]; this one names “${name}”`);
  try {
    const segments = quoted.map((segment): unknown => JSON.parse(segment));
    if (segments.every((segment) => typeof segment === "string"))
      return { name: name as ProcessName, stranger, segments };
  } catch {
    // answered below, as what is no string
  }
  throw new ScheduleError(line, `what ${name} sends is written as JSON strings, one a segment`);
};

const headerKeys = [
  "protocol",
  "bounds",
  "faults",
  "parameters",
  "sends",
  "stranger",
  "property",
  "because",
  "fairness",
  "expect",
];

const parseYes = (key: string, value: string, line: number): boolean => {
  if (value === "true" || value === "false") return value === "true";
  throw new ScheduleError(line, `“${key}” is true or false, not “${value}”`);
};

const parseBounds = (text: string, line: number): Record<string, number | boolean> => {
  const { pipelined = "false", endless, ...rest } = parsePairs(text, line);
  const { faults: _, pipelined: __, ...counted } = defaultBounds;
  return {
    ...numbersIn(printPairs(rest), line, [...Object.keys(counted), "visitors"]),
    pipelined: parseYes("pipelined", pipelined, line),
    ...(endless === undefined ? {} : { endless: parseYes("endless", endless, line) }),
  };
};

const parseFairness = (text: string, line: number): Fairness => {
  const found = fairnessNames.find((name) => name === text);
  if (found !== undefined) return found;
  throw new ScheduleError(line, `there is no fairness “${text}”; there are ${fairnessNames.join(", ")}`);
};

const parseExpectations = (text: string, line: number): Record<string, "holds" | "violated"> =>
  Object.fromEntries(
    Object.entries(parsePairs(text, line)).map(([protocol, verdict]) => {
      if (verdict !== "holds" && verdict !== "violated")
        throw new ScheduleError(
          line,
          `of ${protocol} “holds” or “violated” can be expected, not “${verdict}”`,
        );
      return [protocol, verdict];
    }),
  );

/** Who takes part is said twice, for the reader: where the two differ, one of them was forgotten. */
const demandSame = (
  clients: Schedule["clients"],
  bounds: Readonly<Record<string, number | boolean>>,
  line: number,
): void => {
  const twice = clients.find(({ name }, at) => clients.findIndex((other) => other.name === name) < at);
  if (twice !== undefined) throw new ScheduleError(line, `what ${twice.name} sends is said twice`);
  for (const [key, title, stranger] of [
    ["clients", "sends", false],
    ["strangers", "stranger", true],
  ] as const) {
    const named = clients.filter((client) => client.stranger === stranger).length;
    if (clients.length > 0 && bounds[key] !== undefined && bounds[key] !== named)
      throw new ScheduleError(
        line,
        `the bounds say ${key}=${String(bounds[key])}, the lines “${title}: …” ${key}=${named}; let them agree`,
      );
  }
};

/** A line that belongs to the header, behind the empty line that has ended it. */
const isStray = (line: string): boolean => headerKeys.some((key) => line.startsWith(`${key}:`));

/** Reads a schedule file. Throws a {@link ScheduleError} that names the line and the remedy. */
export const parseSchedule = (text: string): Schedule => {
  const lines = text.split("\n");
  if (lines[0]?.trim() !== scheduleTitle)
    throw new ScheduleError(1, `a schedule begins with “${scheduleTitle}”; this file does not`);
  const header: Record<string, string> = {};
  const clients: Schedule["clients"][number][] = [];
  const steps: Action[] = [];
  let faults: Budget = {};
  let bounds: Record<string, number | boolean> = {};
  let parameters: Record<string, number> = {};
  let expect: Schedule["expect"];
  let fairness: Fairness | undefined;
  let loop: Action[] | undefined;
  let inHeader = true;
  let boundsLine = 1;
  for (const [at, raw] of lines.entries()) {
    const line = raw.trim();
    if (at === 0 || line.startsWith("#")) continue;
    if (line === "") {
      inHeader &&= Object.keys(header).length === 0;
      continue;
    }
    if (!inHeader && line === loopMark) {
      if (loop !== undefined) throw new ScheduleError(at + 1, "a schedule has one loop, which ends it");
      loop = [];
      continue;
    }
    if (!inHeader && isStray(line))
      throw new ScheduleError(
        at + 1,
        `“${line}” belongs to the header, which has ended with the first empty line`,
      );
    if (!inHeader) {
      (loop ?? steps).push(parseStep(line, at + 1));
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
    if (!headerKeys.includes(key))
      throw new ScheduleError(at + 1, `no header has “${key}”; there are ${headerKeys.join(", ")}`);
    if (key === "faults") faults = numbersIn(value, at + 1, faultNames);
    if (key === "parameters") parameters = numbersIn(value, at + 1, Object.keys(defaultParameters));
    if (key === "expect") expect = parseExpectations(value, at + 1);
    if (key === "fairness") fairness = parseFairness(value, at + 1);
    if (key === "bounds") {
      bounds = parseBounds(value, at + 1);
      boundsLine = at + 1;
    }
  }
  demandSame(clients, bounds, boundsLine);
  if (header.protocol === undefined)
    throw new ScheduleError(1, "the header does not say which protocol it is for");
  return {
    protocol: header.protocol,
    bounds: { ...(bounds as unknown as Bounds), faults },
    parameters: parameters as unknown as Parameters,
    clients,
    property: header.property ?? "",
    because: header.because ?? "",
    ...(expect === undefined ? {} : { expect }),
    steps,
    ...(loop === undefined ? {} : { loop }),
    ...(fairness === undefined ? {} : { fairness }),
  };
};
