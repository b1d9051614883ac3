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
  showRequest,
} from "../../model/index.ts";
import { descriptionOf, type Status } from "../kernel.ts";
import { signalNumbers } from "../native.ts";
import type { Link } from "./link.ts";
import { type Statuses, statusWord } from "./settling.ts";

/** What the census has to know besides. */
export interface Precinct {
  readonly log: string;
  /** The signals that the protocol has to do with. */
  readonly signals: readonly Signal[];
}

const signalOf = ({ signals }: Status, signal: Signal): ObservedSignal => {
  const bit = 1n << BigInt(signalNumbers[signal] - 1);
  const has = (set: bigint) => (set & bit) !== 0n;
  return {
    disposition: has(signals.ignored) ? "ignore" : has(signals.caught) ? "handler" : "default",
    blocked: has(signals.blocked),
    pending: has(signals.pending),
  };
};

class Census {
  private readonly listening: ReadonlySet<string>;
  private readonly existing: readonly (readonly [Link, Status])[];
  private readonly names: ReadonlyMap<number, ProcessName>;
  private readonly groups = new Map<number, ProcessName[]>();

  constructor(
    statuses: Statuses,
    private readonly precinct: Precinct,
  ) {
    this.existing = [...statuses].flatMap(([link, status]) =>
      status === null || status.state === "X" ? [] : [[link, status] as const],
    );
    // A socket that listens does so until it is gone, whoever tells of it.
    this.listening = new Set(
      this.existing.flatMap(([{ standing, descriptors }, { state }]) =>
        state === "Z" ? [] : standing.listening.flatMap((number) => descriptors.get(number) ?? []),
      ),
    );
    this.names = new Map(this.existing.map(([{ pid, name }]) => [pid, name]));
    for (const [{ name }, { group }] of this.existing)
      if (roleOf(name) !== "client")
        this.groups.set(group, [...(this.groups.get(group) ?? []), name].sort(byName));
  }

  observation(): Observation {
    const { precinct, listening } = this;
    return {
      processes: Object.fromEntries(
        this.existing.map(([link, status]) => [link.name, this.process(link, status)]),
      ),
      files: { log: readFileSync(precinct.log, "latin1") },
      portOpen: listening.size > 0,
    };
  }

  private process(link: Link, status: Status): ObservedProcess {
    const isClient = roleOf(link.name) === "client";
    const word = statusWord(status);
    // A wait that unblocks signals shows another mask while it lasts.
    const shown = word !== "zombie" && !isClient && !link.isInside ? this.precinct.signals : [];
    const signals = shown
      .map((signal) => [signal, signalOf(status, signal)] as const)
      .filter(([, { disposition }]) => word === "running" || disposition !== "handler");
    return {
      status: word === "absent" ? "zombie" : word,
      call: word === "zombie" ? "" : showRequest(link.standing.request),
      parent: this.names.get(status.parent) ?? "",
      group: isClient ? [] : (this.groups.get(status.group) ?? []),
      descriptors: word === "zombie" ? {} : this.descriptors(link),
      signals: Object.fromEntries(signals),
    };
  }

  /** Its descriptors under the names that it has for them; one that it has no name for goes by its number. */
  private descriptors(link: Link): Readonly<Record<string, ObservedDescriptor>> {
    const { numbers, hidden } = link.early ?? link.standing;
    const names = new Map(Object.entries(numbers).map(([name, number]) => [number, name]));
    const isOurs = (number: number, target: string) =>
      names.has(number) ||
      (number > 2 &&
        !hidden.includes(number) &&
        (target.startsWith("socket:") || target === this.precinct.log));
    return Object.fromEntries(
      [...link.descriptors]
        .filter(([number, target]) => isOurs(number, target))
        .map(([number, target]) => [
          names.get(number) ?? `number ${number}`,
          this.descriptor(link.pid, number, target),
        ]),
    );
  }

  private descriptor(pid: number, number: number, target: string): ObservedDescriptor {
    if (target === this.precinct.log) return { kind: "file", path: "log", ...descriptionOf(pid, number) };
    return { kind: this.listening.has(target) ? "listener" : "socket" };
  }
}

export const takeCensus = (statuses: Statuses, precinct: Precinct): Observation =>
  new Census(statuses, precinct).observation();
