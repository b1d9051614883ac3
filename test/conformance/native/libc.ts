/** What the C library has beyond the calls of `real/native.ts`, as the experiments need it, and numbers of Linux. */
import koffi from "koffi";
import { errnoName, flags, harmlessHandler, native } from "../../../real/native.ts";

const libc = koffi.load(null);

export const calls = {
  fcntl: libc.func("int fcntl(int fd, int command, void *argument)"),
  execv: libc.func("int execv(const char *path, const char **arguments)"),
  nanosleep: libc.func("int nanosleep(const void *time, void *left)"),
  setitimer: libc.func("int setitimer(int which, const void *value, void *old)"),
  setrlimit: libc.func("int setrlimit(int resource, const void *limit)"),
  sysvSignal: libc.func("uintptr_t sysv_signal(int signal, uintptr_t handler)"),
  bsdSignal: libc.func("uintptr_t signal(int signal, uintptr_t handler)"),
  unshare: libc.func("int unshare(int flags)"),
  mount: libc.func(
    "int mount(const char *source, const char *target, const char *type, unsigned long flags, const char *data)",
  ),
} as const;

export const numbers = {
  F_RDLCK: 0,
  F_WRLCK: 1,
  F_UNLCK: 2,
  F_SETLK: 6,
  F_OFD_SETLK: 37,
  RLIMIT_FSIZE: 1,
  RLIMIT_CORE: 4,
  ITIMER_REAL: 0,
  CLONE_NEWNS: 0x20000,
  CLONE_NEWUSER: 0x10000000,
} as const;

/** Signals by number, with those that no machine knows. */
export const signal = { USR1: 10, USR2: 12, ALRM: 14, TERM: 15, XFSZ: 25 } as const;

/** What a call came to: its number, or the name of its error. */
export const outcome = (value: unknown): number | string => (Number(value) < 0 ? errnoName() : Number(value));

/** The same for a call that only succeeds or fails. */
export const success = (value: unknown): string => (Number(value) < 0 ? errnoName() : "ok");

/** Opens a file to read and to append, making it where it is not there. */
export const openFile = (path: string): number => {
  const how = flags.O_RDWR | flags.O_CREAT | flags.O_APPEND | flags.O_CLOEXEC;
  const fd = native.open(path, how, "unsigned int", 0o600) as number;
  if (fd < 0) throw new Error(`${path}: ${errnoName()}`);
  return fd;
};

export const write = (fd: number, bytes: Buffer): number | string =>
  outcome(native.write(fd, bytes, bytes.length));

/** SIG_DFL, SIG_IGN, or a handler that does nothing. */
export const disposition = { default: 0n, ignore: 1n, handler: harmlessHandler() } as const;

const actionSize = 152;
const flagsAt = 136;

/** sigaction(2) for a signal of any number. */
export const setAction = (number: number, handler: bigint, how = 0): void => {
  const action = Buffer.alloc(actionSize);
  action.writeBigUInt64LE(handler, 0);
  action.writeUInt32LE(how >>> 0, flagsAt);
  if (native.sigaction(number, action, null) < 0) throw new Error(`sigaction(${number}): ${errnoName()}`);
};

/** The flags of the action that is installed. */
export const actionFlags = (number: number): number => {
  const action = Buffer.alloc(actionSize);
  native.sigaction(number, null, action);
  return action.readUInt32LE(flagsAt);
};

/** Sets both limits of a resource. */
export const limit = (resource: number, value: number): void => {
  const both = Buffer.alloc(16);
  both.writeBigUInt64LE(BigInt(value), 0);
  both.writeBigUInt64LE(BigInt(value), 8);
  if (calls.setrlimit(resource, both) < 0) throw new Error(`setrlimit: ${errnoName()}`);
};
