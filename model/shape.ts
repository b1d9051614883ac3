/** Whether a protocol has its parts: what has to be there before its machines can be looked at. */
import { isRecord } from "./fields.ts";
import type { Problem } from "./inspect.ts";
import { type ProcessMachine, startMachine } from "./machine.ts";
import { defaultBounds, defaultParameters, faultNames, type Protocol } from "./protocol.ts";

const hasNoStart = ([, machine]: readonly [string, ProcessMachine]): boolean =>
  machine?.config !== undefined &&
  !Object.keys(machine.config.states ?? {}).includes(String(machine.config.initial));

const partProblems = (protocol: Protocol): Problem[] => {
  const whole = (problem: string, remedy: string): Problem => ({ where: "", problem, remedy });
  if (typeof protocol !== "object" || protocol === null || typeof protocol.machines !== "object")
    return [
      whole(
        "it is no protocol",
        "let the file's default export be what defineProtocol(…) or variant(…) returns",
      ),
    ];
  const machines = Object.entries({ ...protocol.machines, client: protocol.client });
  const noMachine = machines.filter(
    ([, machine]) => machine?.states === undefined || machine?.config === undefined,
  );
  return [
    ...Object.entries({ ...protocol.bounds, ...protocol.bounds?.faults })
      .filter(
        ([key, value]) =>
          key !== "faults" && key !== "pipelined" && !(Number.isInteger(value) && Number(value) >= 0),
      )
      .map(([key, value]) => whole(`its bound ${key} is ${String(value)}`, "give a whole number from 0 on")),
    ...Object.entries(protocol.parameters ?? {})
      .filter(([key, value]) => !(Number.isInteger(value) && value >= (key.startsWith("history") ? 0 : 1)))
      .map(([key, value]) =>
        whole(`its parameter ${key} is ${String(value)}`, "give a whole number from 1 on"),
      ),
    ...(["bounds", "parameters", "lock", "signal"] as const)
      .filter((part) => typeof protocol[part] !== "object")
      .map((part) => whole(`it has no “${part}”`, "make it with defineProtocol(…) or variant(…)")),
    ...(protocol.id ? [] : [whole("it has no id", 'give it one: id: "my-protocol"')]),
    ...machines
      .filter(([role]) => !/^[^/[\]\s]+$/.test(role))
      .map(([role]) =>
        whole(
          `the role “${role}” has a space, / or a bracket in its name`,
          "give it a name without them: processes are called after it",
        ),
      ),
    ...noMachine.map(([role]) =>
      whole(`“${role}” is no xstate machine`, "make it with setup(…).createMachine(…)"),
    ),
    ...machines
      .filter(hasNoStart)
      .map(([role, machine]) =>
        whole(
          `“${role}” starts in “${machine.config.initial}”, which is none of its states`,
          `let “initial” be one of: ${Object.keys(machine.config.states ?? {}).join(", ")}`,
        ),
      ),
    ...(protocol.start?.length > 0
      ? []
      : [
          whole(
            "nobody is there at the start",
            'say who is: start: [{ role: "daemon", group: "daemon", session: "daemon" }]',
          ),
        ]),
    ...(protocol.start ?? [])
      .filter(({ role }) => protocol.machines[role] === undefined)
      .map(({ role }) => whole(`“${role}” starts, but has no machine`, `add it to “machines”`)),
  ];
};

/** What nobody would look at: a fault that is misspelt is reported among the bounds, and never happens. */
const unknownProblems = ({ bounds, parameters }: Protocol): Problem[] => {
  const named = [
    { what: "bound", given: bounds, known: [...Object.keys(defaultBounds), "endless", "visitors"] },
    { what: "fault", given: bounds?.faults, known: faultNames },
    { what: "parameter", given: parameters, known: Object.keys(defaultParameters) },
  ];
  return named.flatMap(({ what, given, known }) =>
    Object.keys(given ?? {})
      .filter((key) => !known.some((name) => name === key))
      .map((key) => ({
        where: "",
        problem: `there is no ${what} “${key}”`,
        remedy: `there are: ${known.join(", ")}`,
      })),
  );
};

/** The kernel sees in its context who holds a lock; one without holders would never be granted to anybody. */
const lockProblems = ({ lock }: Protocol): Problem[] => {
  if (lock?.config !== undefined && isRecord(startMachine(lock).context?.holders)) return [];
  return [
    {
      where: "lock",
      problem: "its context has no “holders” at the start",
      remedy: "keep there who holds it, by open file description: context: { holders: {} }",
    },
  ];
};

/** What is wrong with a protocol as a whole. */
export const shapeProblems = (protocol: Protocol): Problem[] => {
  const parts = partProblems(protocol);
  return parts.length > 0 ? parts : [...unknownProblems(protocol), ...lockProblems(protocol)];
};
