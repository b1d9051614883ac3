/** What the kernel itself says of other processes, by way of /proc and pidfds. */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import koffi from "koffi";
import type { CallName } from "../model/index.ts";
import { flags, native } from "./native.ts";

const libc = koffi.load(null);
const pidfdOpen = libc.func("long syscall(long number, long pid, long flags)");

const text = (path: string): string | null => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null; // the process has gone in the meantime
  }
};

/** The state letter of a process (`S` sleeping, `R` running, `T` stopped, `Z` zombie …); null where it has gone. */
export const stateOf = (pid: number): string | null => {
  const stat = text(`/proc/${pid}/stat`);
  return stat === null ? null : (stat.slice(stat.lastIndexOf(")") + 2)[0] ?? null);
};

const fieldOf = (pid: number, field: number): number => {
  const stat = text(`/proc/${pid}/stat`);
  return stat === null ? 0 : Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[field]);
};

export const parentOf = (pid: number): number => fieldOf(pid, 1);
export const sessionOf = (pid: number): number => fieldOf(pid, 3);

/** Clock ticks a second in what the kernel tells (USER_HZ). */
const ticks = 100;

/** When a process was started, in milliseconds since 1970. */
export const startOf = (pid: number): number => {
  const boot = Number(/^btime (\d+)$/m.exec(text("/proc/stat") ?? "")?.[1] ?? 0);
  return boot * 1000 + (fieldOf(pid, 19) / ticks) * 1000;
};

const programOf = (pid: number): string => {
  try {
    return readlinkSync(`/proc/${pid}/exe`);
  } catch {
    return ""; // it has gone, or is somebody else's
  }
};

/** Every process that there is, zombies included. */
export const processIds = (): number[] =>
  readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number);

/** Every process of these sessions that runs the same program as we do: a session's number may be used again by others. */
export const membersOf = (sessions: ReadonlySet<number>): number[] =>
  processIds().filter((pid) => sessions.has(sessionOf(pid)) && programOf(pid) === programOf(process.pid));

/** What /proc/PID/status says of a process at one moment. */
export interface Status {
  readonly state: string;
  readonly parent: number;
  readonly group: number;
  /** Sets of signals, one bit each. */
  readonly signals: Readonly<Record<"pending" | "blocked" | "ignored" | "caught", bigint>>;
}

/** The status of a process; null where there is none. */
export const statusOf = (pid: number): Status | null => {
  const status = text(`/proc/${pid}/status`);
  if (status === null) return null;
  const fields = new Map(status.split("\n").map((line) => line.split(/:\s+/, 2) as [string, string]));
  const field = (name: string) => fields.get(name) ?? "0";
  const set = (name: string) => BigInt(`0x${field(name)}`);
  return {
    state: field("State").charAt(0),
    parent: Number(field("PPid")),
    group: Number(field("NSpgid").split(/\s+/)[0]), // as our own namespace has it; nested ones follow
    signals: {
      pending: set("SigPnd") | set("ShdPnd"),
      blocked: set("SigBlk"),
      ignored: set("SigIgn"),
      caught: set("SigCgt"),
    },
  };
};

/** What the kernel says of an open file description: where it stands, and the flock that it holds. */
export const descriptionOf = (
  pid: number,
  fd: number,
): { readonly offset: number; readonly lock: "SH" | "EX" | null } => {
  const info = text(`/proc/${pid}/fdinfo/${fd}`) ?? "";
  const held = /^lock:.*FLOCK\s+\S+\s+(READ|WRITE)/m.exec(info)?.[1];
  return {
    offset: Number(/^pos:\s*(\d+)$/m.exec(info)?.[1] ?? "0"),
    lock: held === undefined ? null : held === "WRITE" ? "EX" : "SH",
  };
};

/** The number of each call on x86-64 and arm64 that a process may be blocked in. */
const blockingCalls: Readonly<Partial<Record<CallName, readonly number[]>>> =
  process.arch === "arm64"
    ? {
        read: [63],
        write: [206],
        flock: [32],
        accept: [242],
        connect: [203],
        poll: [73],
        waitpid: [260],
        sigsuspend: [133],
        pause: [73],
      }
    : {
        read: [0, 271],
        write: [44],
        flock: [73],
        accept: [288],
        connect: [42],
        poll: [271],
        waitpid: [61],
        sigsuspend: [130],
        pause: [34],
      };

/** Whether a process sleeps in this very call (not in some business of Node's own), or is stopped. */
export const isAsleepIn = (pid: number, call: CallName): boolean => {
  const state = stateOf(pid);
  if (state === "T" || state === "t") return true;
  const number = Number(text(`/proc/${pid}/syscall`)?.split(" ")[0] ?? Number.NaN);
  return state === "S" && (blockingCalls[call]?.includes(number) ?? false) && stateOf(pid) === "S";
};

/** Whether a process sleeps in this call on this descriptor. */
export const sleepsIn = (pid: number, call: CallName, fd: number): boolean => {
  const [number, first] = text(`/proc/${pid}/syscall`)?.split(" ") ?? [];
  const isCall = blockingCalls[call]?.includes(Number(number)) ?? false;
  // A read with a timer is a ppoll first, whose first argument is no descriptor.
  const isOn = Number(number) === blockingCalls.poll?.[0] || Number(first) === fd;
  return isCall && isOn && stateOf(pid) === "S";
};

/** The descriptors of a process, and what they lead to. */
export const descriptorsOf = (pid: number): Map<number, string> => {
  const found = new Map<number, string>();
  try {
    for (const fd of readdirSync(`/proc/${pid}/fd`)) {
      try {
        found.set(Number(fd), readlinkSync(`/proc/${pid}/fd/${fd}`));
      } catch {
        // closed in the meantime
      }
    }
  } catch {
    // the process has gone
  }
  return found;
};

/** Whether the description behind a descriptor holds a flock. */
export const holdsLock = (pid: number, fd: number): boolean =>
  text(`/proc/${pid}/fdinfo/${fd}`)?.includes("FLOCK") ?? false;

/** Every process below one, however deep. */
export const descendantsOf = (root: number): number[] => {
  const children = new Map<number, number[]>();
  for (const entry of readdirSync("/proc")) {
    if (!/^\d+$/.test(entry)) continue;
    const pid = Number(entry);
    const parent = parentOf(pid);
    children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  const below = (pid: number): number[] =>
    (children.get(pid) ?? []).flatMap((child) => [child, ...below(child)]);
  return below(root);
};

const pidfdOpenNumber = 434;
const pidfdGetInfo = 0xc040ff0b;
const infoExit = 8n;

/** A handle on a process that outlives it. Null where the kernel gives none. */
export const handleOn = (pid: number): number | null => {
  const fd = Number(pidfdOpen(pidfdOpenNumber, pid, 0));
  return fd < 0 ? null : fd;
};

/** The signal that killed a process, 0 where it ended by itself; null where the kernel (before Linux 6.15) cannot tell. */
export const deathOf = (handle: number): number | null => {
  const info = Buffer.alloc(64);
  info.writeBigUInt64LE(infoExit, 0);
  if (native.ioctl(handle, pidfdGetInfo, info) < 0) return null;
  return (info.readBigUInt64LE(0) & infoExit) === 0n ? null : info.readInt32LE(60) & 0x7f;
};

/**
 * Whether a process has ended with all its threads, and so has closed everything: its handle can be read then. (The state in
 * /proc says zombie as soon as the first thread has gone, while others still hold the descriptors.)
 */
export const hasEnded = (handle: number): boolean => {
  const entry = Buffer.alloc(8);
  entry.writeInt32LE(handle, 0);
  entry.writeInt16LE(flags.POLLIN, 4);
  return native.ppoll(entry, 1, Buffer.alloc(16), null) > 0;
};

/** The same of a process that nobody has reaped yet; null where it is no zombie. */
export const deathOfZombie = (pid: number): number | null =>
  stateOf(pid) === "Z" ? fieldOf(pid, 49) & 0x7f : null;

/** Orphans of this process's descendants come to it, as they would to init. */
export const becomeSubreaper = (): void => {
  native.prctl(flags.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
};

/** Reaps one process if it is a zombie of ours. */
export const reap = (pid: number): void => {
  native.waitpid(pid, Buffer.alloc(4), flags.WNOHANG);
};

/** The sockets that listen on a port of 127.0.0.1 (or of any address), as descriptors show them: `socket:[INODE]`. */
const listeningSockets = (port: number): ReadonlySet<string> => {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  const rows = (text("/proc/net/tcp") ?? "").split("\n").map((row) => row.trim().split(/\s+/));
  const listening = rows.filter(([, local, , state]) => local?.endsWith(wanted) && state === "0A");
  return new Set(listening.map((row) => `socket:[${row[9]}]`));
};

export const isListening = (port: number): boolean => listeningSockets(port).size > 0;
