/** What the real kernel says of the processes of a steered run, in the words of the model. */
import { readFileSync } from "node:fs";
import {
  byName,
  type Observation,
  type ObservedDescriptor,
  type ObservedProcess,
  type ObservedSignal,
  type ProcessName,
  roleOf,
  type Signal,
} from "../../model/index.ts";
import {
  descriptionOf,
  descriptorsOf,
  groupOf,
  listeningSockets,
  parentOf,
  signalSetsOf,
  stateOf,
} from "../kernel.ts";
import { signalNumbers } from "../native.ts";
import type { Link } from "./link.ts";

/** What the census has to know besides. */
export interface Precinct {
  readonly log: string;
  readonly port: number;
  /** The signals that the protocol has to do with. */
  readonly signals: readonly Signal[];
}

const signalOf = (sets: ReturnType<typeof signalSetsOf>, signal: Signal): ObservedSignal => {
  const bit = 1n << BigInt(signalNumbers[signal] - 1);
  const has = (set: bigint) => (set & bit) !== 0n;
  return {
    disposition: has(sets.ignored) ? "ignore" : has(sets.caught) ? "handler" : "default",
    blocked: has(sets.blocked),
    pending: has(sets.pending),
  };
};

const descriptorOf = (
  pid: number,
  number: number,
  target: string,
  { log }: Precinct,
  listening: ReadonlySet<string>,
): ObservedDescriptor => {
  if (target === log) return { kind: "file", path: "log", ...descriptionOf(pid, number) };
  return { kind: listening.has(target) ? "listener" : "socket" };
};

/** Its descriptors under the names that it has for them; one that it has no name for goes by its number. */
const descriptorsOfLink = (
  { pid, standing, early }: Link,
  precinct: Precinct,
  listening: ReadonlySet<string>,
): Readonly<Record<string, ObservedDescriptor>> => {
  const { numbers, hidden } = early ?? standing;
  const names = new Map(Object.entries(numbers).map(([name, number]) => [number, name]));
  const open = [...descriptorsOf(pid)].filter(
    ([number, target]) =>
      names.has(number) ||
      (number > 2 && !hidden.includes(number) && (target.startsWith("socket:") || target === precinct.log)),
  );
  return Object.fromEntries(
    open.map(([number, target]) => [
      names.get(number) ?? `number ${number}`,
      descriptorOf(pid, number, target, precinct, listening),
    ]),
  );
};

export const takeCensus = (links: readonly Link[], precinct: Precinct): Observation => {
  const existing = links
    .map((link) => ({ link, state: stateOf(link.pid) }))
    .filter(({ state }) => state !== null && state !== "X");
  const names = new Map(existing.map(({ link }) => [link.pid, link.name]));
  const groups = new Map<number, ProcessName[]>();
  for (const { link } of existing) {
    if (roleOf(link.name) === "client") continue;
    const group = groupOf(link.pid);
    groups.set(group, [...(groups.get(group) ?? []), link.name].sort(byName));
  }
  const listening = listeningSockets(precinct.port);
  const observed = existing.map(({ link, state }): [ProcessName, ObservedProcess] => {
    const { name, pid } = link;
    const status = state === "Z" ? "zombie" : state === "T" ? "stopped" : "running";
    // A wait that unblocks signals shows another mask while it lasts.
    const shows = status === "running" && roleOf(name) !== "client" && !link.isInside;
    const sets = shows ? signalSetsOf(pid) : null;
    return [
      name,
      {
        status,
        parent: names.get(parentOf(pid)) ?? "",
        group: groups.get(groupOf(pid)) ?? [],
        descriptors: status === "zombie" ? {} : descriptorsOfLink(link, precinct, listening),
        signals:
          sets === null
            ? {}
            : Object.fromEntries(precinct.signals.map((signal) => [signal, signalOf(sets, signal)])),
      },
    ];
  });
  return {
    processes: Object.fromEntries(observed),
    files: { log: readFileSync(precinct.log, "latin1") },
    portOpen: listening.size > 0,
  };
};
