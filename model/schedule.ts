/**
 * Schedules: the choices of a run as one readable text file, valid for the checker, the simulator and real processes. A
 * header says what was run; then one line a step names process, call and outcome, never an index into a list, so that an
 * old schedule survives new versions.
 */
import type { ParameterName, Parameters } from "./call.ts";
import type { Fairness } from "./fairness.ts";
import { splitLines } from "./line.ts";
import type { ProcessName } from "./name.ts";
import type { Bounds, Protocol } from "./protocol.ts";
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
  /** The verdict that is expected of each protocol on which it is kept to be replayed, by the protocol's name. */
  readonly expect?: Readonly<Record<string, "holds" | "violated">>;
  readonly steps: readonly Action[];
  /** What is repeated for ever after the steps, in a run that breaks a progress property; empty where such a run ends. */
  readonly loop?: readonly Action[];
  /** On which runs that property was looked at. */
  readonly fairness?: Fairness;
}

/** The line between the steps and those that are repeated. */
export const loopMark = "loop:";

/** The first line of a schedule file: its kind and version. */
export const scheduleTitle = "papaya schedule 1";

export const printPairs = (record: object): string =>
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
    scheduleTitle,
    `protocol: ${schedule.protocol}`,
    `bounds: ${printPairs(bounds)}`,
    `faults: ${printPairs(faults)}`.trimEnd(),
    `parameters: ${printPairs(schedule.parameters)}`,
    ...schedule.clients.map(
      ({ name, stranger, segments }) =>
        `${stranger ? "stranger" : "sends"}: ${[name, ...segments.map(quote)].join(" ")}`,
    ),
    ...(schedule.property === "" ? [] : [`property: ${schedule.property}`, `because: ${schedule.because}`]),
    ...(schedule.fairness === undefined ? [] : [`fairness: ${schedule.fairness}`]),
    ...(schedule.expect === undefined ? [] : [`expect: ${printPairs(schedule.expect)}`]),
    "",
    ...schedule.steps.map(showAction),
    ...(schedule.loop === undefined ? [] : [loopMark, ...schedule.loop.map(showAction)]),
  ];
  return `${lines.join("\n")}\n`;
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
