/**
 * Runs a protocol as real processes: starts who is there at the start, starts clients, strikes, waits until nothing can move
 * any more, and leaves nothing behind. What happened stands in the traces that the processes write.
 */
import {
  closeSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import {
  lock,
  metaOf,
  type Parameters,
  type ProcessName,
  type Protocol,
  type Signal,
  signal,
} from "../model/index.ts";
import { type ProcessConfiguration, places, type RunConfiguration } from "./configuration.ts";
import {
  becomeSubreaper,
  deathOf,
  descendantsOf,
  handleOn,
  hasEnded,
  isAsleepIn,
  isListening,
  reap,
  stateOf,
} from "./kernel.ts";
import type { Death } from "./merge.ts";
import { native } from "./native.ts";
import { Nursery } from "./nursery.ts";
import { now, type ProcessTrace, type Recorded, readTraces } from "./observe.ts";
import type { Stay } from "./plan.ts";
import { reservePort } from "./port.ts";

const pause = (milliseconds: number): Promise<void> => new Promise((done) => setTimeout(done, milliseconds));

const opensOther = ({ machines }: Protocol): boolean =>
  Object.values(machines).some((machine) =>
    Object.keys(machine.states).some((state) => {
      const call = metaOf(machine, state)?.call;
      return call?.call === "open" && call.path !== "log";
    }),
  );

/** Why a protocol cannot be started as processes of ours; null where it can. */
export const obstacleTo = (protocol: Protocol): string | null => {
  const sessions = protocol.start.map(({ session }) => session);
  if (new Set(sessions).size < sessions.length) return "two of its first processes share a session";
  if (protocol.start.some(({ holds, signals }) => holds !== undefined || signals !== undefined))
    return "its first processes have descriptors or signals that nobody gave them";
  if (opensOther(protocol)) return "it opens another file than the log";
  if (protocol.lock !== lock) return "its lock is not the flock of the real kernel";
  if (protocol.signal !== signal) return "its signals are not those of the real kernel";
  return null;
};

/** Nanoseconds between two looks at whether everything is still, and how many in a row it takes. */
const lookEvery = 20e6;
const looksNeeded = 3;

/** What a process that the harness starts itself has from the outset. */
const outset = { descriptors: {}, groups: {}, blocked: [], ignored: [] };

interface Known {
  readonly pid: number;
  /** A pidfd, which can tell how the process died. */
  readonly handle: number | null;
}

export class Harness {
  /** What this harness itself did, for the trace. */
  readonly deeds: Recorded[] = [];
  /** Processes that have ended: when that was seen, and of which signal, as far as the kernel tells. */
  readonly deaths = new Map<number, Death>();
  private readonly known = new Map<number, Known>();
  private readonly clients = new Map<string, number>();
  private lastSize = -1;
  private lookedAt = 0;
  private quietLooks = 0;
  /** The last resort: whatever ends this process takes everything along that it started. */
  private readonly endAtExit = (): void => void this.strikeAll();

  private constructor(
    readonly protocol: Protocol,
    readonly directory: string,
    readonly run: RunConfiguration,
    private readonly nursery: Nursery,
    private readonly reservation: number,
  ) {}

  static prepare(
    protocol: Protocol,
    reference: string,
    directory: string,
    setting: { parameters: Parameters; token: string; tokenTimeout: number },
  ): Harness {
    mkdirSync(join(directory, places.traces), { recursive: true, mode: 0o700 });
    const log = join(directory, places.log);
    const { port, reservation } = reservePort();
    const run: RunConfiguration = {
      protocol: reference,
      port,
      log,
      ...setting,
    };
    writeFileSync(join(directory, places.configuration), JSON.stringify(run), { mode: 0o600 });
    becomeSubreaper();
    const harness = new Harness(protocol, directory, run, Nursery.open(), reservation);
    process.on("exit", harness.endAtExit);
    return harness;
  }

  /** Starts the protocol's first processes, and waits until the port is open. Throws an Error where it never is. */
  async start(patience: number): Promise<void> {
    for (const { role, group } of this.protocol.start)
      this.notice(this.begin({ ...outset, role, groups: { [group]: 0 } }));
    const deadline = now() + patience * 1e6;
    while (!this.isPortOpen()) {
      if (now() > deadline)
        throw new Error(`the server did not open its port: ${this.complaints() || "no reason known"}`);
      await pause(10);
    }
  }

  startClient(name: string, nth: number, { segments, paced }: Stay): void {
    const path = join(this.directory, places.client(name, nth));
    writeFileSync(path, JSON.stringify({ segments, paced }), { mode: 0o600 });
    const client = { name, nth };
    const pid = this.begin({ ...outset, role: "client", client });
    this.clients.set(name, pid);
    this.notice(pid);
    this.quietLooks = 0;
  }

  /** Cuts a client off, as its death would. */
  disconnect(name: string): void {
    const pid = this.clients.get(name);
    if (pid === undefined || stateOf(pid) === null) return;
    this.deed({ type: "fault", fault: "disconnect", process: name as ProcessName });
    this.kill(pid, "SIGKILL");
  }

  /** Kills the daemon; its anchor, where it has one, starts it again. */
  killDaemon(): void {
    const daemon = this.traces().find(
      ({ header }) => header.configuration.role === "daemon" && stateOf(header.pid) !== null,
    );
    if (daemon === undefined) return;
    this.deed({
      type: "fault",
      fault: "daemon-restart",
      process: `daemon@${daemon.header.pid}` as ProcessName,
    });
    this.kill(daemon.header.pid, "SIGKILL");
  }

  /** What stands in the log by now: nothing, where nobody has opened it yet. */
  log(): string {
    return existsSync(this.run.log) ? readFileSync(this.run.log, "latin1") : "";
  }

  linesInLog(): number {
    return this.log().split("\n").length - 1;
  }

  traces(): ProcessTrace[] {
    return readTraces(this.directory);
  }

  /** Takes note of processes that have come and gone since the last time. */
  survey(): void {
    for (const pid of descendantsOf(process.pid)) if (pid !== this.nursery.pid) this.notice(pid);
    for (const { pid, handle } of this.known.values()) {
      const known = this.deaths.get(pid);
      if (known === undefined && !(handle === null ? isGone(pid) : hasEnded(handle))) continue;
      const at = known?.at ?? now();
      reap(pid);
      // How it died the kernel tells only when somebody has reaped it.
      const signal = known?.signal ?? (handle === null ? null : deathOf(handle));
      this.deaths.set(pid, { at, signal });
    }
  }

  /** The processes of this run that exist, zombies included. */
  living(): number[] {
    return [...this.known.keys()].filter((pid) => stateOf(pid) !== null);
  }

  /**
   * Whether nothing can move any more: every process sleeps in a call that only input or a signal will end, and that was so
   * at several looks in a row (what is on its way through the kernel would have woken somebody by then).
   */
  isQuiescent(): boolean {
    const moment = now();
    if (moment - this.lookedAt < lookEvery) return false;
    this.lookedAt = moment;
    this.survey();
    const size = this.sizeOfTraces();
    this.quietLooks = size === this.lastSize && this.isStill() ? this.quietLooks + 1 : 0;
    this.lastSize = size;
    return this.quietLooks >= looksNeeded;
  }

  private isStill(): boolean {
    const traces = new Map(this.traces().map((trace) => [trace.header.pid, trace]));
    return this.living().every((pid) => {
      if (stateOf(pid) === "Z") return true;
      const last = traces.get(pid)?.records.at(-1)?.event;
      if (last?.type !== "call") return false;
      const { request } = last;
      const timed =
        request.call === "poll" ? request.timeout.length > 0 : request.call === "read" && request.timeout;
      return !timed && isAsleepIn(pid, request.call);
    });
  }

  /** Whether somebody listens on the port. */
  isPortOpen(): boolean {
    return isListening(this.run.port);
  }

  /** Ends all processes, by process id, and waits until they have gone: their traces are whole then. */
  async endProcesses(): Promise<void> {
    for (let round = 0; round < 200; round++) {
      if (this.strikeAll() === 0) return;
      await pause(5);
    }
  }

  /** Ends everything that was started. */
  async end(): Promise<void> {
    await this.endProcesses();
    process.off("exit", this.endAtExit);
    this.nursery.close();
    native.close(this.reservation);
    for (const { handle } of this.known.values()) if (handle !== null) closeSync(handle);
  }

  /** What processes said when they could not go on. */
  complaints(): string {
    return this.traces()
      .flatMap(({ header, records }) =>
        records.flatMap(({ event }) =>
          event.type === "complaint" ? [`${header.configuration.role}: ${event.problem}`] : [],
        ),
      )
      .join("; ");
  }

  /** Kills everything that lives; returns how many that were. */
  private strikeAll(): number {
    this.survey();
    const left = this.living();
    for (const pid of left) this.kill(pid, "SIGKILL");
    return left.length;
  }

  private begin(configuration: ProcessConfiguration): number {
    const { directory, nursery, run } = this;
    return nursery.start({ directory, protocol: run.protocol, configuration });
  }

  private deed(event: Recorded["event"]): void {
    this.quietLooks = 0;
    this.deeds.push({ at: now(), event });
  }

  private notice(pid: number): void {
    if (this.known.has(pid)) return;
    this.known.set(pid, { pid, handle: handleOn(pid) });
  }

  private kill(pid: number, signal: Signal): void {
    // Nobody may have looked since it began: its death must be seen all the same.
    this.notice(pid);
    try {
      process.kill(pid, signal);
    } catch {
      // it has gone by itself
    }
  }

  private sizeOfTraces(): number {
    const traces = join(this.directory, places.traces);
    return readdirSync(traces).reduce((total, file) => total + statSync(join(traces, file)).size, 0);
  }
}

const isGone = (pid: number): boolean => {
  const state = stateOf(pid);
  return state === null || state === "Z" || state === "X";
};
