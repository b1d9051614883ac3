/** What a real process knows of itself: its descriptors, signals and groups, under the names that its machine uses. */
import type { DescriptorName, Signal } from "../model/index.ts";
import type { OpenDescriptor, ProcessConfiguration, RunConfiguration } from "./configuration.ts";
import { flags, native, portOf, signalSet } from "./native.ts";
import type { Sockets } from "./observe.ts";

/** No process has this id, nor has any group (pid_max is at most that). */
const nobody = 1 << 22;

/** What a process tells one that it has forked. */
export interface Child {
  readonly configuration: ProcessConfiguration;
  readonly onSettled: () => void;
}

export class Self {
  /** Its process id. Node's own `process.pid` is that of the process in which Node was started. */
  readonly pid = native.getpid();
  readonly descriptors: Map<DescriptorName, OpenDescriptor>;
  readonly groups: Map<string, number>;
  readonly ignored: Set<Signal>;
  /** When each connection was accepted: its token is due some time after that. In milliseconds, monotonic. */
  readonly acceptedAt = new Map<DescriptorName, number>();
  /** Descriptors that its machine knows nothing of, and that no child is to have: where it tells of itself. */
  readonly hidden: number[] = [];
  private readonly people = new Map<string, number>();
  private readonly mask: Set<Signal>;
  /** Masks for waits: a machine that waits again names the same signals. */
  private masks = new WeakMap<readonly Signal[], Buffer>();
  private accepted = 0;

  constructor(
    readonly run: RunConfiguration,
    readonly directory: string,
    configuration: ProcessConfiguration,
    /** Begins the life of a process that this one has just forked. */
    readonly begin: (child: Child) => never,
  ) {
    this.descriptors = new Map(
      Object.entries(configuration.descriptors).map(([name, { number, kind, own }]) => [
        name,
        { number, kind, own },
      ]),
    );
    this.groups = new Map(
      Object.entries(configuration.groups).map(([name, group]) => [name, group === 0 ? this.pid : group]),
    );
    this.ignored = new Set(configuration.ignored);
    this.mask = new Set(configuration.blocked);
  }

  get blocked(): readonly Signal[] {
    return [...this.mask];
  }

  descriptor(name: DescriptorName): OpenDescriptor {
    const found = this.descriptors.get(name);
    if (found === undefined) throw new Error(`it has no descriptor “${name}”`);
    return found;
  }

  /** The ports of its connections. */
  get sockets(): Sockets {
    const sockets = [...this.descriptors].filter(([, { kind }]) => kind === "socket");
    return Object.fromEntries(
      sockets.map(([name, { number }]) => [
        name,
        { own: portOf(number, "getsockname"), peer: portOf(number, "getpeername") },
      ]),
    );
  }

  /** The numbers of its descriptors. */
  get numbers(): Readonly<Record<DescriptorName, number>> {
    return Object.fromEntries([...this.descriptors].map(([name, { number }]) => [name, number]));
  }

  /** Whether it waits at a gate: then nobody else moves while it makes a call. */
  get isSteered(): boolean {
    return this.run.gate !== undefined;
  }

  /** Whether anybody looks at what comes back from its calls, beside its machine. */
  get isWatched(): boolean {
    return this.run.record ?? true;
  }

  /** Learns the process ids of others, and of groups. */
  meet(people: Readonly<Record<string, number>>): void {
    for (const [name, pid] of Object.entries(people)) this.people.set(name, pid);
  }

  /** A process by its name: `ROLE@PID`, or one that it was told of. */
  pidOf(name: string): number {
    return this.people.get(name) ?? Number(name.split("@")[1] ?? nobody);
  }

  /** The name of one that it was told of. */
  nameOf(pid: number): string {
    return [...this.people].find(([, known]) => known === pid)?.[0] ?? `@${pid}`;
  }

  /** The number of a process group. */
  groupOf(name: string): number {
    const found = this.groups.get(name) ?? this.people.get(name);
    if (found !== undefined) return found;
    if (this.isSteered) return nobody; // the model has groups that there are not, and what a kernel says of them
    throw new Error(`it knows no process group “${name}”`);
  }

  /** The name of a connection that was accepted without being given one. */
  nextConnection(): DescriptorName {
    this.accepted++;
    return `connection[#${this.accepted}]`;
  }

  setMask(how: "block" | "unblock", signals: readonly Signal[]): void {
    for (const signal of signals) how === "block" ? this.mask.add(signal) : this.mask.delete(signal);
    this.masks = new WeakMap();
    native.sigmask(flags.SIG_SETMASK, signalSet(this.mask), null);
  }

  /** The mask for a wait in which some signals are not blocked. */
  maskWithout(signals: readonly Signal[]): Buffer {
    const known = this.masks.get(signals);
    if (known !== undefined) return known;
    const mask = signalSet([...this.mask].filter((signal) => !signals.includes(signal)));
    this.masks.set(signals, mask);
    return mask;
  }
}
