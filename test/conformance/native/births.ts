/** What fork and a real exec make of signals and groups; the two kinds of signal(3). */
import { statusOf } from "../../../real/kernel.ts";
import { errnoName, flags, loopback, native, portOf, signalSet } from "../../../real/native.ts";
import type { Experiment } from "./experiment.ts";
import { ask, begin } from "./family.ts";
import { actionFlags, calls, disposition, setAction, signal, success } from "./libc.ts";

const watched = { SIGUSR1: signal.USR1, SIGUSR2: signal.USR2, SIGTERM: signal.TERM } as const;

/** What the kernel says of some signals of a process, from the sets in its /proc/PID/status. */
const signalsIn = (sets: Readonly<Record<string, bigint>>): unknown =>
  Object.fromEntries(
    Object.entries(watched).map(([name, number]) => [
      name,
      Object.entries(sets)
        .filter(([, set]) => (set & (1n << BigInt(number - 1))) !== 0n)
        .map(([what]) => what),
    ]),
  );

const signalsOf = (pid: number): unknown => signalsIn({ ...statusOf(pid)?.signals });

/** Becomes another program, with a pipe's end as its output or its input. */
const become = (path: string, words: readonly string[], end: number, as: number): never => {
  native.dup2(end, as);
  calls.execv(path, [path, ...words, null]);
  throw new Error(`${path} cannot be started`);
};

const pipe = (): readonly [number, number] => {
  const ends = Buffer.alloc(8);
  native.pipe2(ends, flags.O_CLOEXEC);
  return [ends.readInt32LE(0), ends.readInt32LE(4)];
};

/** What /proc/self/status says of a process that has called exec. */
const signalsAfterExec = (): unknown => {
  const [read, writing] = pipe();
  const child = begin(() => {
    raiseBlocked();
    return become("/bin/cat", ["/proc/self/status"], writing, 1);
  });
  native.close(writing);
  const text = Buffer.alloc(1 << 14);
  let size = 0;
  for (let more = 1; more > 0; size += more) more = Number(native.read(read, text.subarray(size), 1 << 12));
  child.wait();
  const field = (name: string) => BigInt(`0x${new RegExp(`^${name}:\\s*(\\w+)`, "m").exec(`${text}`)?.[1]}`);
  return signalsIn({
    pending: field("SigPnd") | field("ShdPnd"),
    blocked: field("SigBlk"),
    ignored: field("SigIgn"),
    caught: field("SigCgt"),
  });
};

/** Blocks one signal and has it pending, ignores another one, catches a third. */
const raiseBlocked = (): void => {
  setAction(signal.USR1, disposition.default); // Node has a handler of its own
  native.sigmask(flags.SIG_SETMASK, signalSet(["SIGUSR1"]), null);
  setAction(signal.USR2, disposition.ignore);
  setAction(signal.TERM, disposition.handler);
  native.kill(native.getpid(), signal.USR1);
};

const kindOfSignal = (install: (number: number, handler: bigint) => unknown): readonly string[] => {
  install(signal.USR2, disposition.handler);
  const set = actionFlags(signal.USR2);
  const known = {
    SA_RESTART: flags.SA_RESTART,
    SA_NODEFER: flags.SA_NODEFER,
    SA_RESETHAND: flags.SA_RESETHAND,
  };
  return Object.entries(known).flatMap(([name, flag]) => ((set & flag) !== 0 ? [name] : []));
};

const openPort = (port: number): number => {
  const socket = native.socket(flags.AF_INET, flags.SOCK_STREAM | flags.SOCK_CLOEXEC, 0);
  const one = Buffer.from([1, 0, 0, 0]);
  native.setsockopt(socket, flags.SOL_SOCKET, flags.SO_REUSEADDR, one, one.length);
  const address = loopback(port);
  if (native.bind(socket, address, address.length) === 0 && native.listen(socket, 8) === 0) return socket;
  const failed = errnoName();
  native.close(socket);
  throw new Error(failed);
};

const tryPort = (port: number): string => {
  try {
    native.close(openPort(port));
    return "ok";
  } catch (error) {
    return (error as Error).message;
  }
};

const lifelineOf = (): readonly [number, number] => {
  const pair = Buffer.alloc(8);
  native.socketpair(flags.AF_UNIX, flags.SOCK_STREAM | flags.SOCK_CLOEXEC, 0, pair);
  return [pair.readInt32LE(0), pair.readInt32LE(4)];
};

/** What whoever starts a daemon again finds when the daemon died between a fork and what its child does first. */
const killInSpawn = (): Record<string, unknown> => {
  const [ours, theirs] = lifelineOf();
  const [go, going] = pipe();
  const daemon = begin((parent) => {
    native.close(ours);
    const listener = openPort(0);
    const child = begin((line) => {
      native.prctl(flags.PR_SET_PDEATHSIG, 0, 0, 0, 0); // it outlives its parent: that is the point
      native.close(going);
      line.tell("here");
      native.read(go, Buffer.alloc(1), 1); // ends with the experiment, come what may
      native.close(listener);
      return native.exit(0);
    });
    child.line.hear();
    parent.tell(portOf(listener, "getsockname"));
    parent.hear();
  });
  native.close(theirs);
  const port = daemon.line.hear() as number;
  daemon.kill();
  const ended = (): boolean => {
    const entry = Buffer.alloc(8);
    entry.writeInt32LE(ours, 0);
    entry.writeInt16LE(flags.POLLIN, 4);
    return native.ppoll(entry, 1, Buffer.alloc(16), null) === 1; // nobody writes, so that is its end
  };
  const killed = { port: tryPort(port), lifelineEnded: ended() };
  native.close(going);
  native.read(ours, Buffer.alloc(1), 1);
  const settled = { port: tryPort(port), lifelineEnded: ended() };
  for (const number of [ours, go]) native.close(number);
  return { killed, settled };
};

export const birthExperiments: Readonly<Record<string, Experiment>> = {
  "signals-of-a-child": {
    says: "[12] fork clears what is pending and keeps mask and dispositions; exec keeps mask, ignored and pending signals, and resets handlers",
    observe: () => ({
      seen: {
        parent: ask(() => {
          raiseBlocked();
          return signalsOf(native.getpid());
        }),
        forked: ask(() => {
          raiseBlocked();
          return ask(() => signalsOf(native.getpid()));
        }),
        executed: signalsAfterExec(),
      },
    }),
    expected: {
      parent: { SIGUSR1: ["pending", "blocked"], SIGUSR2: ["ignored"], SIGTERM: ["caught"] },
      forked: { SIGUSR1: ["blocked"], SIGUSR2: ["ignored"], SIGTERM: ["caught"] },
      executed: { SIGUSR1: ["pending", "blocked"], SIGUSR2: ["ignored"], SIGTERM: [] },
    },
  },
  "two-kinds-of-signal": {
    says: "[14] System V's signal() sets SA_RESETHAND and SA_NODEFER, BSD's SA_RESTART",
    observe: () => ({
      seen: {
        systemV: ask(() => kindOfSignal(calls.sysvSignal)),
        bsd: ask(() => kindOfSignal(calls.bsdSignal)),
      },
    }),
    expected: { systemV: ["SA_NODEFER", "SA_RESETHAND"], bsd: ["SA_RESTART"] },
  },
  "group-of-a-child": {
    says: "[22] a parent can move its child to another group until it has called exec, then setpgid gives EACCES",
    observe: () => {
      const [input] = pipe(); // both ends stay open here: whoever reads waits
      const [started, starting] = pipe();
      const child = begin((parent) => {
        parent.tell("here");
        parent.hear();
        return become("/bin/cat", [], input, 0);
      });
      native.close(starting);
      child.line.hear();
      const before = success(native.setpgid(child.pid, child.pid));
      child.line.tell("go");
      native.read(started, Buffer.alloc(1), 1); // its end: exec has closed the child's
      return { seen: { before, after: success(native.setpgid(child.pid, native.getpgrp())) } };
    },
    expected: { before: "ok", after: "EACCES" },
  },
  "killed-in-a-spawn": {
    says: "whoever is killed between fork and exec leaves a child that has its port; the port is free again when its lifeline has ended",
    observe: () => ({ seen: killInSpawn() }),
    expected: {
      killed: { port: "EADDRINUSE", lifelineEnded: false },
      settled: { port: "ok", lifelineEnded: true },
    },
  },
};
