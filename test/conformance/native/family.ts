/**
 * Processes that are forked natively and talk to the one that forked them. A child computes and makes calls, and ends with
 * _exit; it never comes back to the event loop, whose threads it does not have. Whoever is left dies with its parent.
 */
import { readFileSync } from "node:fs";
import { isAsleepIn, statusOf } from "../../../real/kernel.ts";
import { errnoName, flags, native, signalNumbers } from "../../../real/native.ts";

const longest = 1 << 16;

/** One end of the line between a child and its parent. */
export class Line {
  constructor(private readonly socket: number) {}

  tell(value: unknown): void {
    const text = Buffer.from(JSON.stringify({ value }), "utf8");
    if (native.send(this.socket, text, text.length, flags.MSG_NOSIGNAL) < 0)
      throw new Error(`nobody hears this: ${errnoName()}`);
  }

  /** Waits for what the other one tells. Throws an Error where it has failed, or gone. */
  hear(): unknown {
    const message = Buffer.alloc(longest);
    let size = Number(native.read(this.socket, message, longest));
    while (size < 0 && errnoName() === "EINTR") size = Number(native.read(this.socket, message, longest));
    if (size <= 0) throw new Error("the process at the other end has gone");
    const { value, error } = JSON.parse(message.toString("utf8", 0, size)) as {
      value?: unknown;
      error?: string;
    };
    if (error !== undefined) throw new Error(error);
    return value;
  }

  fail(error: unknown): void {
    const text = Buffer.from(JSON.stringify({ error: String(error) }), "utf8");
    native.send(this.socket, text, text.length, flags.MSG_NOSIGNAL);
  }

  close(): void {
    native.close(this.socket);
  }
}

/** How a process ended: what it gave to _exit, or the number of the signal that killed it. */
export type End = { readonly status: number } | { readonly signal: number };

const patience = 10_000;

/** Looks until something is so. Throws an Error where it has not become so in a time that is long for any machine. */
export const until = (what: string, isSo: () => boolean): void => {
  const deadline = performance.now() + patience;
  while (!isSo()) if (performance.now() > deadline) throw new Error(`${what}: not in ${patience} ms`);
};

/** nanosleep and clock_nanosleep. */
const naps = process.arch === "arm64" ? ["101", "115"] : ["35", "230"];

const isNapping = (pid: number): boolean =>
  naps.includes(readFileSync(`/proc/${pid}/syscall`, "utf8").split(" ")[0] ?? "");

export class Child {
  private end: End | null = null;

  constructor(
    readonly pid: number,
    readonly line: Line,
  ) {}

  /** Waits until it sleeps in a call. */
  awaitSleepIn(call: Parameters<typeof isAsleepIn>[1]): void {
    until(`${this.pid} sleeps in ${call}`, () => isAsleepIn(this.pid, call));
  }

  /** Waits until it sleeps in nanosleep. */
  awaitNap(): void {
    until(`${this.pid} sleeps`, () => isNapping(this.pid));
  }

  signal(number: number): void {
    native.kill(this.pid, number);
  }

  /** Sends SIGUSR1, and waits until it is pending no longer. */
  interrupt(): void {
    this.signal(signalNumbers.SIGUSR1);
    const bit = 1n << BigInt(signalNumbers.SIGUSR1 - 1);
    until(`${this.pid} has its signal`, () => ((statusOf(this.pid)?.signals.pending ?? 0n) & bit) === 0n);
  }

  /** Waits for its end. */
  wait(): End {
    if (this.end !== null) return this.end;
    const status = Buffer.alloc(4);
    while (native.waitpid(this.pid, status, 0) < 0)
      if (errnoName() !== "EINTR") throw new Error(`waitpid: ${errnoName()}`);
    const word = status.readInt32LE(0);
    this.end = (word & 0x7f) === 0 ? { status: (word >> 8) & 0xff } : { signal: word & 0x7f };
    this.line.close();
    return this.end;
  }

  /** Kills it where it still lives. */
  kill(): void {
    if (this.end !== null) return;
    this.signal(signalNumbers.SIGKILL);
    this.wait();
  }
}

const children = new Set<Child>();

/** Forks a child that lives as it is told to, and tells at the end what that came to. */
export const begin = (live: (parent: Line) => unknown): Child => {
  const pair = Buffer.alloc(8);
  native.socketpair(flags.AF_UNIX, flags.SOCK_SEQPACKET | flags.SOCK_CLOEXEC, 0, pair);
  const [ours, theirs] = [pair.readInt32LE(0), pair.readInt32LE(4)];
  const parent = native.getpid() as number;
  const pid = native.fork() as number;
  if (pid < 0) throw new Error(`no process can be forked: ${errnoName()}`);
  if (pid === 0) {
    native.prctl(flags.PR_SET_PDEATHSIG, signalNumbers.SIGKILL, 0, 0, 0);
    if (native.getppid() !== parent) native.exit(1); // it has gone meanwhile
    native.close(ours);
    children.clear();
    const line = new Line(theirs);
    try {
      line.tell(live(line));
    } catch (error) {
      line.fail(error);
    }
    endAll();
    native.exit(0);
  }
  native.close(theirs);
  const child = new Child(pid, new Line(ours));
  children.add(child);
  return child;
};

/** Lets a child live to its end; returns what it told. */
export const ask = (live: (parent: Line) => unknown): unknown => {
  const child = begin(live);
  const told = child.line.hear();
  child.wait();
  children.delete(child);
  return told;
};

/** Ends every child that is left. */
export const endAll = (): void => {
  for (const child of children) child.kill();
  children.clear();
};
