/** Signals that meet a call: on pipes and files, in a sleep, and sockets as full as the kernel lets them be. */
import { join } from "node:path";
import { errnoName, flags, native } from "../../../real/native.ts";
import type { Experiment } from "./experiment.ts";
import { begin, type Child, type Line } from "./family.ts";
import { calls, disposition, numbers, openFile, outcome, setAction, signal, write } from "./libc.ts";

const pipe = (): readonly [number, number] => {
  const ends = Buffer.alloc(8);
  native.pipe2(ends, flags.O_CLOEXEC);
  return [ends.readInt32LE(0), ends.readInt32LE(4)];
};

const socketPair = (): readonly [number, number] => {
  const ends = Buffer.alloc(8);
  native.socketpair(flags.AF_UNIX, flags.SOCK_STREAM | flags.SOCK_CLOEXEC, 0, ends);
  return [ends.readInt32LE(0), ends.readInt32LE(4)];
};

/** A child that catches SIGUSR1, with SA_RESTART or without it. */
const catching = (restart: boolean, live: (parent: Line) => unknown): Child => {
  const child = begin((parent) => {
    setAction(signal.USR1, disposition.handler, restart ? flags.SA_RESTART : 0);
    parent.tell("ready");
    return live(parent);
  });
  child.line.hear();
  return child;
};

/** The same experiment with SA_RESTART and without it. */
const both = (observe: (restart: boolean) => unknown) => () => ({
  seen: { without: observe(false), restarted: observe(true) },
});

const interruptedRead = (restart: boolean): unknown => {
  const [read, writing] = pipe();
  const child = catching(restart, () => outcome(native.read(read, Buffer.alloc(1), 1)));
  child.awaitSleepIn("read");
  child.interrupt();
  if (restart) child.awaitSleepIn("read");
  write(writing, Buffer.from("x"));
  return child.line.hear();
};

/** A time that nobody waits for: half a minute. */
const longTime = (): Buffer => {
  const time = Buffer.alloc(16);
  time.writeBigInt64LE(30n, 0);
  return time;
};

const interruptedSleep = (restart: boolean): unknown => {
  const child = catching(restart, () => outcome(calls.nanosleep(longTime(), null)));
  child.awaitNap();
  child.interrupt();
  return child.line.hear();
};

/** Fills a socket, down to the last byte. */
const fill = (socket: number): void => {
  for (const size of [1 << 16, 1])
    while (native.send(socket, Buffer.alloc(size), size, flags.MSG_DONTWAIT | flags.MSG_NOSIGNAL) > 0);
};

const sendOn = (socket: number, size: number): number | string =>
  outcome(native.send(socket, Buffer.alloc(size), size, flags.MSG_NOSIGNAL));

const interruptedSend = (restart: boolean): unknown => {
  const [ours, theirs] = socketPair();
  const child = catching(restart, () => {
    fill(theirs);
    return sendOn(theirs, 1);
  });
  child.awaitSleepIn("write");
  child.interrupt();
  if (restart) {
    child.awaitSleepIn("write");
    const buffer = Buffer.alloc(1 << 20);
    while (native.read(ours, buffer, buffer.length) === buffer.length);
  }
  return child.line.hear();
};

const large = 1 << 24;

const interruptedTransfer = (restart: boolean): unknown => {
  const [, theirs] = socketPair();
  const child = catching(restart, () => sendOn(theirs, large));
  child.awaitSleepIn("write");
  child.interrupt();
  const moved = child.line.hear();
  if (typeof moved !== "number") return moved;
  return moved > 0 && moved < large ? "some of it" : moved;
};

const writes = 200;
const block = Buffer.alloc(1 << 20, "x");

/** A signal every tenth of a millisecond, from now on. */
const storm = (): void => {
  setAction(signal.ALRM, disposition.handler);
  const interval = Buffer.alloc(32);
  interval.writeBigInt64LE(100n, 8);
  interval.writeBigInt64LE(100n, 24);
  if (calls.setitimer(numbers.ITIMER_REAL, interval, null) < 0) throw new Error(errnoName());
};

export const interruptionExperiments: Readonly<Record<string, Experiment>> = {
  "read-of-a-pipe": {
    says: "[8] a blocked read of a pipe returns EINTR without SA_RESTART, and goes on with it",
    observe: both(interruptedRead),
    expected: { without: "EINTR", restarted: 1 },
  },
  sleep: {
    says: "[8] a sleep returns EINTR even with SA_RESTART",
    observe: both(interruptedSleep),
    expected: { without: "EINTR", restarted: "EINTR" },
  },
  "send-that-moved-nothing": {
    says: "[8] a blocked send that has moved nothing returns EINTR without SA_RESTART, and goes on with it",
    observe: both(interruptedSend),
    expected: { without: "EINTR", restarted: 1 },
  },
  "send-that-moved-some": {
    says: "[9] a blocked send that has moved some bytes returns their count, even with SA_RESTART",
    observe: both(interruptedTransfer),
    expected: { without: "some of it", restarted: "some of it" },
  },
  "file-in-a-storm": {
    says: "[9] calls on regular files come to their ends in a storm of signals that interrupts a read of a pipe every time",
    observe: (directory) => {
      const child = begin(() => {
        const fd = openFile(join(directory, "log"));
        const [read] = pipe();
        const results: Record<string, unknown[]> = { pipe: [], written: [], read: [] };
        const buffer = Buffer.alloc(block.length);
        storm();
        for (let at = 0; at < writes; at++) {
          results.pipe?.push(outcome(native.read(read, buffer, 1)));
          results.written?.push(write(fd, block));
          results.read?.push(outcome(native.pread(fd, buffer, buffer.length, 0)));
          native.ftruncate(fd, 0);
        }
        return Object.fromEntries(Object.entries(results).map(([name, all]) => [name, [...new Set(all)]]));
      });
      return { seen: child.line.hear() as Record<string, unknown> };
    },
    expected: { pipe: ["EINTR"], written: [block.length], read: [block.length] },
  },
};
