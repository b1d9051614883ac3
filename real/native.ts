/**
 * The C library, by way of koffi: the few functions that Node does not have, as thin as they can be. Every call is made
 * synchronously on the main thread. Numbers and layouts are those of Linux with glibc on 64 bits.
 */
import koffi from "koffi";
import type { Signal } from "../model/index.ts";

const libc = koffi.load(null);

export const native = {
  read: libc.func("long read(int fd, void *buffer, size_t size)"),
  pread: libc.func("long pread(int fd, void *buffer, size_t size, int64_t offset)"),
  write: libc.func("long write(int fd, const void *buffer, size_t size)"),
  send: libc.func("long send(int fd, const void *buffer, size_t size, int flags)"),
  recv: libc.func("long recv(int fd, void *buffer, size_t size, int flags)"),
  open: libc.func("int open(const char *path, int flags, ...)"),
  close: libc.func("int close(int fd)"),
  lseek: libc.func("int64_t lseek(int fd, int64_t offset, int whence)"),
  statx: libc.func("int statx(int directory, const char *path, int flags, unsigned int mask, void *status)"),
  ftruncate: libc.func("int ftruncate(int fd, int64_t size)"),
  flock: libc.func("int flock(int fd, int operation)"),
  socket: libc.func("int socket(int family, int type, int protocol)"),
  socketpair: libc.func("int socketpair(int family, int type, int protocol, void *pair)"),
  setsockopt: libc.func("int setsockopt(int fd, int level, int name, const void *value, unsigned int size)"),
  getsockopt: libc.func("int getsockopt(int fd, int level, int name, void *value, void *size)"),
  bind: libc.func("int bind(int fd, const void *address, unsigned int size)"),
  listen: libc.func("int listen(int fd, int backlog)"),
  accept4: libc.func("int accept4(int fd, void *address, void *size, int flags)"),
  connect: libc.func("int connect(int fd, const void *address, unsigned int size)"),
  getpeername: libc.func("int getpeername(int fd, void *address, void *size)"),
  getsockname: libc.func("int getsockname(int fd, void *address, void *size)"),
  ppoll: libc.func("int ppoll(void *fds, uint64_t count, const void *timeout, const void *mask)"),
  pause: libc.func("int pause()"),
  sigsuspend: libc.func("int sigsuspend(const void *mask)"),
  sigaction: libc.func("int sigaction(int signal, const void *action, void *old)"),
  sigmask: libc.func("int pthread_sigmask(int how, const void *set, void *old)"),
  kill: libc.func("int kill(int pid, int signal)"),
  setpgid: libc.func("int setpgid(int pid, int group)"),
  getpgrp: libc.func("int getpgrp()"),
  waitpid: libc.func("int waitpid(int pid, void *status, int options)"),
  waitid: libc.func("int waitid(int kind, int id, void *information, int options)"),
  sigpending: libc.func("int sigpending(void *set)"),
  fcntl: libc.func("int fcntl(int fd, int command, ...)"),
  fdatasync: libc.func("int fdatasync(int fd)"),
  shutdown: libc.func("int shutdown(int fd, int how)"),
  inet_pton: libc.func("int inet_pton(int family, const char *text, void *address)"),
  inet_ntop: libc.func("void *inet_ntop(int family, const void *address, void *text, unsigned int size)"),
  memfd_create: libc.func("int memfd_create(const char *name, unsigned int flags)"),
  mkfifo: libc.func("int mkfifo(const char *path, unsigned int mode)"),
  ioctl: libc.func("int ioctl(int fd, unsigned long request, void *argument)"),
  fork: libc.func("int fork()"),
  exit: libc.func("void _exit(int status)"),
  getpid: libc.func("int getpid()"),
  getppid: libc.func("int getppid()"),
  setsid: libc.func("int setsid()"),
  dup: libc.func("int dup(int fd)"),
  dup2: libc.func("int dup2(int from, int to)"),
  pipe2: libc.func("int pipe2(void *ends, int flags)"),
  madvise: libc.func("int madvise(uintptr_t address, size_t length, int advice)"),
  prlimit: libc.func("int prlimit(int pid, int resource, const void *limit, void *old)"),
  prctl: libc.func(
    "int prctl(int option, unsigned long a, unsigned long b, unsigned long c, unsigned long d)",
  ),
  prctlWith: libc.func(
    "int prctl(int option, unsigned long a, const void *b, unsigned long c, unsigned long d)",
  ),
} as const;

const entries = Object.entries(koffi.os.errno);
/** Some errors have two names for one number; the first in the alphabet counts: EAGAIN, not EWOULDBLOCK. */
const names = new Map(entries.sort(([a], [b]) => (a < b ? 1 : -1)).map(([name, number]) => [number, name]));

/** Makes a call again for as long as a signal interrupts it. */
export const uninterrupted = (call: () => number): number => {
  for (;;) {
    const returned = Number(call());
    if (returned >= 0 || errnoName() !== "EINTR") return returned;
  }
};

/** The name of the error that the last call left, as in errno(3). */
export const errnoName = (number = koffi.errno()): string => names.get(number) ?? `errno ${number}`;

/** A function of the C library that takes an int and does no harm: what a handler that only interrupts consists of. */
export const harmlessHandler = (): bigint => BigInt(koffi.address(libc.symbol("abs", "int")));

export const signalNumbers: Readonly<Record<Signal, number>> = {
  SIGUSR1: 10,
  SIGUSR2: 12,
  SIGTERM: 15,
  SIGCHLD: 17,
  SIGCONT: 18,
  SIGSTOP: 19,
  SIGKILL: 9,
};

/** The signal of that number; SIGKILL stands for those that nobody here knows. */
export const signalName = (number: number): Signal =>
  (Object.entries(signalNumbers).find(([, known]) => known === number)?.[0] ?? "SIGKILL") as Signal;

/** A sigset_t with these signals in it. */
export const signalSet = (signals: Iterable<Signal>): Buffer => {
  const set = Buffer.alloc(128);
  for (const signal of signals) {
    const bit = signalNumbers[signal] - 1;
    set[bit >> 3] = (set[bit >> 3] ?? 0) | (1 << (bit & 7));
  }
  return set;
};

export const flags = {
  MFD_CLOEXEC: 1,
  O_RDONLY: 0,
  O_WRONLY: 1,
  O_RDWR: 2,
  O_CREAT: 0o100,
  O_APPEND: 0o2000,
  O_NONBLOCK: 0o4000,
  O_CLOEXEC: 0o2000000,
  LOCK_SH: 1,
  LOCK_EX: 2,
  LOCK_NB: 4,
  LOCK_UN: 8,
  AT_EMPTY_PATH: 0x1000,
  STATX_SIZE: 0x200,
  SEEK_SET: 0,
  SEEK_CUR: 1,
  SEEK_END: 2,
  AF_UNIX: 1,
  AF_INET: 2,
  AF_INET6: 10,
  SOCK_STREAM: 1,
  SOCK_SEQPACKET: 5,
  SOCK_NONBLOCK: 0o4000,
  SOCK_CLOEXEC: 0o2000000,
  SOL_SOCKET: 1,
  SO_REUSEADDR: 2,
  SO_ERROR: 4,
  SO_KEEPALIVE: 9,
  SO_ACCEPTCONN: 30,
  IPPROTO_TCP: 6,
  TCP_NODELAY: 1,
  TCP_KEEPIDLE: 4,
  TCP_KEEPINTVL: 5,
  TCP_KEEPCNT: 6,
  IPPROTO_IPV6: 41,
  IPV6_V6ONLY: 26,
  SHUT_WR: 1,
  MSG_DONTWAIT: 0x40,
  MSG_NOSIGNAL: 0x4000,
  POLLIN: 1,
  POLLOUT: 4,
  SIG_SETMASK: 2,
  SA_RESTART: 0x10000000,
  SA_NODEFER: 0x40000000,
  SA_RESETHAND: 0x80000000,
  FIONREAD: 0x541b,
  F_OFD_SETLK: 37,
  P_ALL: 0,
  WNOHANG: 1,
  WEXITED: 4,
  WNOWAIT: 0x01000000,
  PR_SET_CHILD_SUBREAPER: 36,
  PR_SET_PDEATHSIG: 1,
  RLIMIT_FSIZE: 1,
  RLIMIT_NOFILE: 7,
  PR_SET_SECCOMP: 22,
  PR_SET_NO_NEW_PRIVS: 38,
  SECCOMP_MODE_FILTER: 2,
  SIGHUP: 1,
} as const;

/** sockaddr_in for 127.0.0.1. */
export const loopback = (port: number): Buffer => {
  const address = Buffer.alloc(16);
  address.writeUInt16LE(flags.AF_INET, 0);
  address.writeUInt16BE(port, 2);
  address.set([127, 0, 0, 1], 4);
  return address;
};

/** sockaddr_un for a path. */
export const unixAddress = (path: string): Buffer => {
  const address = Buffer.alloc(110);
  if (Buffer.byteLength(path) > 107)
    throw new RangeError(`${path} is too long a path for a socket; set TMPDIR to a shorter one`);
  address.writeUInt16LE(flags.AF_UNIX, 0);
  address.write(path, 2);
  return address;
};

/** Whether a descriptor is a socket that listens. */
export const isListener = (fd: number): boolean => {
  const [value, size] = [Buffer.alloc(4), Buffer.alloc(4)];
  size.writeUInt32LE(value.length);
  return native.getsockopt(fd, flags.SOL_SOCKET, flags.SO_ACCEPTCONN, value, size) === 0 && value[0] === 1;
};

/** The port of one end of a connection: its own (`getsockname`) or its peer's; 0 where it has none. */
export const portOf = (fd: number, end: "getsockname" | "getpeername"): number => {
  const address = Buffer.alloc(128);
  const size = Buffer.alloc(4);
  size.writeUInt32LE(address.length);
  if (native[end](fd, address, size) !== 0) return 0;
  return address.readUInt16LE(0) === flags.AF_INET ? address.readUInt16BE(2) : 0;
};
