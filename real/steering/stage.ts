/** The processes of one steered run, and the gate that they are held at. */
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ProcessName, Program, Setting, Signal } from "../../model/index.ts";
import { places, type RunConfiguration } from "../configuration.ts";
import { parentOf, reap, stateOf } from "../kernel.ts";
import { errnoName, flags, native, signalNumbers, uninterrupted, unixAddress } from "../native.ts";
import type { Nursery } from "../nursery.ts";
import { reservePort } from "../port.ts";
import { ProcessTrouble } from "../trouble.ts";
import { makeWorkplace } from "../workplace.ts";
import { Link, receive } from "./link.ts";

/** No timer of the kernel's ever runs out in a steered run: the schedule says when it does. Milliseconds. */
const never = 1e9;
/** Longest that a new process takes to come to the gate, in milliseconds. */
const arrival = 20_000;

const openGate = (path: string): number => {
  const address = unixAddress(path);
  const socket = native.socket(flags.AF_UNIX, flags.SOCK_SEQPACKET | flags.SOCK_CLOEXEC, 0);
  if (native.bind(socket, address, address.length) >= 0 && native.listen(socket, 64) >= 0) return socket;
  const problem = errnoName();
  native.close(socket);
  throw new ProcessTrouble(`no gate can be opened at ${path}: ${problem}`);
};

/** What a process has from the outset that nobody else has started. */
const outset = { descriptors: {}, blocked: [], ignored: [] };

export class Stage {
  /** Everybody who was ever there, by name; the latest of that name. */
  readonly links = new Map<ProcessName, Link>();
  /** Process ids by name; process groups go by the names that the protocol gives them. */
  readonly people: Record<string, number> = {};
  private readonly pids = new Set<number>();

  private constructor(
    readonly setting: Setting,
    readonly directory: string,
    readonly run: RunConfiguration,
    private readonly nursery: Nursery,
    private readonly gate: number,
    private readonly reservation: number,
  ) {}

  /** Prepares everything, and starts nobody yet. */
  static open(nursery: Nursery, setting: Setting, reference: string | Program): Stage {
    const directory = makeWorkplace("run");
    const { port, reservation } = reservePort();
    const run: RunConfiguration = {
      protocol: reference,
      parameters: setting.parameters,
      token: setting.token,
      port,
      log: join(directory, places.log),
      tokenTimeout: never,
      gate: join(directory, places.gate),
    };
    try {
      writeFileSync(join(directory, places.configuration), JSON.stringify(run), { mode: 0o600 });
      writeFileSync(run.log, setting.stored, { encoding: "latin1", mode: 0o600 });
      return new Stage(setting, directory, run, nursery, openGate(join(directory, places.gate)), reservation);
    } catch (error) {
      native.close(reservation);
      rmSync(directory, { recursive: true });
      throw error;
    }
  }

  /** Starts a process that nobody else starts, and waits until it stands at the gate. */
  begin(name: ProcessName, role: string, group: string): Link {
    const groups = { ...this.people, [group]: 0 };
    const configuration = { ...outset, role, groups };
    return this.arrive(name, { configuration, group });
  }

  /** Starts a client with what it is to send. */
  beginClient(name: ProcessName, token: string, segments: readonly string[]): Link {
    writeFileSync(join(this.directory, places.client(name, 1)), JSON.stringify({ token, segments }), {
      mode: 0o600,
    });
    const configuration = { ...outset, role: "client", groups: {}, client: { name, nth: 1 } };
    return this.arrive(name, { configuration, group: "" });
  }

  /** Waits for the next process to come to the gate: it is of this name, and a child of that process. */
  admit(name: ProcessName, parent: number): Link {
    const entry = Buffer.alloc(8);
    entry.writeInt32LE(this.gate, 0);
    entry.writeInt16LE(flags.POLLIN, 4);
    const time = Buffer.alloc(16);
    time.writeBigInt64LE(BigInt(arrival / 1000), 0);
    if (uninterrupted(() => native.ppoll(entry, 1, time, null)) <= 0)
      throw new ProcessTrouble(`${name} does not come to the gate`);
    const socket = uninterrupted(() => native.accept4(this.gate, null, null, flags.SOCK_CLOEXEC));
    const report = receive(socket);
    if (report?.report !== "stands") throw new ProcessTrouble(`${name} died on its way to the gate`);
    if (parentOf(report.pid) !== parent)
      throw new ProcessTrouble(
        `process ${report.pid} came to the gate, which is no child of process ${parent}`,
      );
    const link = new Link(name, socket, report);
    this.links.get(name)?.close();
    this.links.set(name, link);
    this.people[name] = link.pid;
    this.pids.add(link.pid);
    return link;
  }

  strike(link: Link, signal: Signal): void {
    native.kill(link.pid, signalNumbers[signal]);
  }

  /** Buries orphans, as init would: they come to the runner. */
  bury(): void {
    for (const pid of this.pids) if (stateOf(pid) === "Z" && parentOf(pid) === process.pid) reap(pid);
  }

  /** Lets milliseconds pass. */
  pause(milliseconds: number): void {
    const time = Buffer.alloc(16);
    time.writeBigInt64LE(BigInt(milliseconds * 1_000_000), 8);
    native.ppoll(Buffer.alloc(8), 0, time, null);
  }

  /** Ends everything, and leaves nothing behind. */
  end(): void {
    for (const { pid } of this.links.values()) native.kill(pid, signalNumbers.SIGKILL);
    for (const link of this.links.values()) link.awaitEnd();
    this.bury();
    for (const link of this.links.values()) link.close();
    native.close(this.gate);
    native.close(this.reservation);
    rmSync(this.directory, { recursive: true, force: true });
  }

  private arrive(
    name: ProcessName,
    {
      configuration,
      group,
    }: { configuration: Parameters<Nursery["start"]>[0]["configuration"]; group: string },
  ): Link {
    const { directory, run, nursery } = this;
    nursery.start({ directory, protocol: run.protocol, configuration });
    const link = this.admit(name, nursery.pid);
    if (group !== "") this.people[group] = link.pid;
    return link;
  }
}
