/** Programs: scripts as plain data, and what is said of a file that is none. */
import { describe, expect, test } from "vitest";
import {
  advance,
  atRest,
  flock,
  handler,
  inspectProtocol,
  kill,
  type MachineEvent,
  metaOf,
  open,
  ProgramError,
  parseProgram,
  poll,
  protocolOf,
  resultsOf,
  script,
  settingOf,
  sigaction,
  spawn,
  type Template,
  the,
} from "../../model/index.ts";
import { check } from "../../sim/index.ts";

const openLog = open("log", "log", { access: "write" });
const everyKind: readonly Template[] = [
  openLog,
  flock("log", "EX", { nonblock: true }),
  sigaction("SIGUSR1", handler({ restart: false })),
  spawn("B", { descriptors: { log: "log" }, lifeline: "line" }),
  poll({ input: ["line"], unblock: ["SIGUSR1"] }),
];
const program = { processes: { A: everyKind, B: [openLog] }, start: ["A"] };

const problemsOf = (json: string): string[] => {
  try {
    parseProgram(json);
    return [];
  } catch (error) {
    if (!(error instanceof ProgramError)) throw error;
    return error.problems.map(({ where, problem, remedy }) => `${where}: ${problem} → ${remedy}`);
  }
};
const problemsWith = (call: object): string[] =>
  problemsOf(JSON.stringify({ processes: { A: [call] }, start: ["A"] }));

describe("a script", () => {
  test("takes whatever comes back, and rests after its last call", () => {
    const machine = script(...everyKind);
    expect(Object.keys(machine.states)).toEqual(["call1", "call2", "call3", "call4", "call5", atRest]);
    expect(inspectProtocol(protocolOf({ ...program, processes: { A: everyKind, B: [] } }, "one"))).toEqual(
      [],
    );
    const role = { kindOf: () => undefined, catches: true, catchesWithoutRestart: true };
    for (const type of resultsOf(metaOf(machine, "call5")?.call as Template, role))
      expect(advance(machine, { state: "call5", context: {} }, { type } as MachineEvent).state).toBe(atRest);
  });

  test("knows a child by its role, also before it has started it", () => {
    const calls = [kill(the("B"), "SIGTERM"), spawn("B"), kill(the("B"), "SIGTERM")];
    const protocol = protocolOf({ processes: { A: calls, B: [] }, start: ["A"] }, "children");
    expect(inspectProtocol(protocol)).toEqual([]);
    const { unreached } = check(settingOf(protocol), []);
    expect(unreached.filter((one) => !one.includes("rest:"))).toEqual(["A.call2: * → call3"]);
  });
});

describe("a program in a file", () => {
  test("means what its data mean", () => expect(parseProgram(JSON.stringify(program))).toEqual(program));

  test("may leave out what calls seldom need", () => {
    const short = { call: "spawn", role: "B" };
    const { processes } = parseProgram(JSON.stringify({ processes: { A: [short], B: [] }, start: ["A"] }));
    expect(processes.A).toEqual([spawn("B")]);
  });

  const mistakes: readonly (readonly [string, readonly string[], RegExp])[] = [
    ["no JSON", problemsOf("{"), /^: it is no JSON: .* → mend/],
    ["no record", problemsOf("[]"), /^: it is no program → begin with/],
    ["no start", problemsOf('{ "processes": {} }'), /^: “start” is missing → give a list, each of it a name/],
    [
      "a key that is not there",
      problemsOf('{ "processes": {}, "start": [], "x": 1 }'),
      /no “x” here → there is: says/,
    ],
    [
      "a fault that is not there",
      problemsOf('{ "processes": {}, "start": [], "faults": { "x": 1 } }'),
      /“faults” is .*crash/,
    ],
    [
      "no list of calls",
      problemsOf('{ "processes": { "A": {} }, "start": [] }'),
      /^A: {} is no list of calls/,
    ],
    ["no call", problemsWith([]), /^A, call 1: \[\] is no call/],
    [
      "a call that is not there",
      problemsWith({ call: "mmap" }),
      /^A, call 1: there is no call "mmap" → there are: open/,
    ],
    ["a missing key", problemsWith({ call: "close" }), /^A, call 1: “fd” is missing → give a name/],
    [
      "another call's key",
      problemsWith({ call: "pause", fd: "log" }),
      /no “fd” here → there is: nothing but/,
    ],
    [
      "a wrong type",
      problemsWith({ call: "read", fd: "log", size: "8" }),
      /“size” is "8" → give a whole number/,
    ],
    [
      "a wrong signal",
      problemsWith({ call: "sigsuspend", unblock: ["SIGHUP"] }),
      /“unblock” is \["SIGHUP"\] → give a list/,
    ],
    [
      "a disposition without flags",
      problemsWith({ call: "sigaction", signal: "SIGTERM", disposition: { kind: "handler" } }),
      /“disposition” is .* "restart": true or false/,
    ],
    ["characters that are no bytes", problemsWith({ call: "write", fd: "log", bytes: "€" }), /one a byte/],
  ];
  test.each(mistakes)("is refused for %s", (_, problems, says) => {
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(says);
  });

  test("is told of all its mistakes at once", () =>
    expect(problemsWith({ call: "pread", fd: 1, offset: -1 })).toHaveLength(3));
});
