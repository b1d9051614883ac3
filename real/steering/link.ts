/** A process that is held at the gate, as the controller sees it. */
import type { CallName, ProcessName, Request, Signal } from "../../model/index.ts";
import {
  deathOf,
  deathOfZombie,
  descriptorsOf,
  handleOn,
  hasEnded,
  isAsleepIn,
  sleepsIn,
} from "../kernel.ts";
import { flags, native, signalName, uninterrupted } from "../native.ts";
import { longestMessage } from "../nursery.ts";
import { ProcessTrouble } from "../trouble.ts";
import type { Order, Report, Standing } from "./order.ts";

/** What a process does once it has been let through. */
export type Heard =
  | { readonly type: "report"; readonly report: Report }
  /** It sleeps in the call that it was let into. */
  | { readonly type: "asleep" }
  | { readonly type: "ended" };

/** Longest that a process may take over a call that neither returns nor sleeps, in looks of a millisecond or more. */
const mostLooks = 20_000;

const message = Buffer.alloc(longestMessage);

const isReadable = (socket: number, milliseconds: number): boolean => {
  const entry = Buffer.alloc(8);
  entry.writeInt32LE(socket, 0);
  entry.writeInt16LE(flags.POLLIN, 4);
  const time = Buffer.alloc(16);
  time.writeBigInt64LE(BigInt(milliseconds * 1_000_000), 8);
  return native.ppoll(entry, 1, time, null) > 0;
};

/** One message; null where the other end has gone. */
export const receive = (socket: number): Report | null => {
  const size = uninterrupted(() => native.read(socket, message, message.length));
  return size > 0 ? (JSON.parse(message.toString("utf8", 0, size)) as Report) : null;
};

/** The number of the descriptor that a call waits on; undefined where it waits on none, or on several. */
const waitsOn = (request: Request, numbers: Standing["numbers"]): number | undefined =>
  "fd" in request && typeof request.fd === "string" ? numbers[request.fd] : undefined;

export class Link {
  readonly pid: number;
  private readonly handle: number | null;
  /** Whether it was let into its call before its turn, and sleeps there. */
  isInside = false;
  /** What its descriptors lead to, by number; nobody but itself can change that. */
  private targets: ReadonlyMap<number, string> | null = null;
  /** What it reported before its turn had come. */
  early: Standing | null = null;

  constructor(
    readonly name: ProcessName,
    private readonly socket: number,
    /** Where it stands. */
    public standing: Standing,
  ) {
    this.pid = standing.pid;
    this.handle = handleOn(this.pid);
  }

  /** What killed it, null where it ended by itself; undefined where the kernel does not tell. */
  get death(): Signal | null | undefined {
    const known = deathOfZombie(this.pid) ?? (this.handle === null ? null : deathOf(this.handle));
    if (known === null) return undefined;
    return known === 0 ? null : signalName(known);
  }

  get hasEnded(): boolean {
    return this.handle === null ? false : hasEnded(this.handle);
  }

  get descriptors(): ReadonlyMap<number, string> {
    this.targets ??= descriptorsOf(this.pid);
    return this.targets;
  }

  order(order: Order): void {
    this.targets = null;
    const text = Buffer.from(JSON.stringify(order), "utf8");
    uninterrupted(() => native.send(this.socket, text, text.length, flags.MSG_NOSIGNAL));
  }

  /**
   * Waits until something is to be said of it. That it sleeps in its call is believed after so many looks of a
   * millisecond each. Throws a ProcessTrouble where it neither sleeps nor says anything for very long.
   */
  hear(patience: number): Heard {
    const { request, numbers } = this.standing;
    const on = waitsOn(request, numbers);
    let asleep = 0;
    for (let look = 0; look < mostLooks; look++) {
      if (isReadable(this.socket, 1)) {
        const report = receive(this.socket);
        return report === null ? this.awaitEnd() : { type: "report", report };
      }
      // What it said last stands in the socket still.
      if (this.hasEnded && !isReadable(this.socket, 0)) return { type: "ended" };
      asleep = this.sleeps(request.call, on) ? asleep + 1 : 0;
      if (asleep >= patience) return { type: "asleep" };
    }
    throw new ProcessTrouble(
      `${this.name} (process ${this.pid}) neither returns from ${request.call} nor sleeps in it; does its machine go round for ever?`,
    );
  }

  /** Waits until it has ended with all it had. */
  awaitEnd(): Heard {
    for (let look = 0; look < mostLooks && !this.hasEnded; look++) isReadable(this.socket, 1);
    return { type: "ended" };
  }

  close(): void {
    native.close(this.socket);
    if (this.handle !== null) native.close(this.handle);
  }

  private sleeps(call: CallName, on: number | undefined): boolean {
    return on === undefined ? isAsleepIn(this.pid, call) : sleepsIn(this.pid, call, on);
  }
}
