/**
 * The vocabulary: every system call that a process may make, and everything that may come back.
 *
 * A request is plain data. Descriptors, groups and processes stand in it under symbolic names, never as
 * numbers, so that one request means the same to the simulated kernel, to the real one and in a schedule.
 */

/** Bytes as a string of one character (U+0000 to U+00FF) a byte, so that both worlds count and cut alike. */
export type Bytes = string;

/** A process's own name for one of its descriptors: `log`, `socket`, `listener`, `connection[2]`. */
export type DescriptorName = string;

export const signalNames = [
  "SIGUSR1",
  "SIGUSR2",
  "SIGTERM",
  "SIGCHLD",
  "SIGKILL",
  "SIGSTOP",
  "SIGCONT",
] as const;
export type Signal = (typeof signalNames)[number];

export type LockMode = "SH" | "EX" | "UN";

/** sigaction(2): what a signal does. `restart` is SA_RESTART; `once` is SA_RESETHAND | SA_NODEFER, System V's `signal()`. */
export type Disposition =
  | { readonly kind: "default" }
  | { readonly kind: "ignore" }
  | { readonly kind: "handler"; readonly restart: boolean; readonly once: boolean };

export type Request =
  /** open(2) with O_CLOEXEC; `access: "write"` is O_RDWR | O_CREAT, `append` adds O_APPEND. */
  | {
      readonly call: "open";
      readonly path: string;
      readonly as: DescriptorName;
      readonly access: "read" | "write";
      readonly append: boolean;
    }
  | { readonly call: "close"; readonly fd: DescriptorName }
  /** socket(2), bind(2), listen(2) on the server's port. */
  | { readonly call: "listen"; readonly as: DescriptorName }
  /** accept(2). With `as: ""` the kernel names the descriptor after the connection. */
  | { readonly call: "accept"; readonly fd: DescriptorName; readonly as: DescriptorName }
  /** socket(2), connect(2) to the server's port. */
  | { readonly call: "connect"; readonly as: DescriptorName }
  /** read(2) of a file or a socket; `timeout` arms the process's timer for this call. */
  | { readonly call: "read"; readonly fd: DescriptorName; readonly size: number; readonly timeout: boolean }
  | { readonly call: "pread"; readonly fd: DescriptorName; readonly size: number; readonly offset: number }
  /** write(2) to a file, send(2) to a socket; `nonblock` is MSG_DONTWAIT. */
  | { readonly call: "write"; readonly fd: DescriptorName; readonly bytes: Bytes; readonly nonblock: boolean }
  | {
      readonly call: "lseek";
      readonly fd: DescriptorName;
      readonly offset: number;
      readonly whence: "SET" | "CUR" | "END";
    }
  | { readonly call: "fstat"; readonly fd: DescriptorName }
  | { readonly call: "ftruncate"; readonly fd: DescriptorName; readonly size: number }
  | {
      readonly call: "flock";
      readonly fd: DescriptorName;
      readonly mode: LockMode;
      readonly nonblock: boolean;
    }
  /** kill(2): one process by name, or a whole group (`own` is the caller's, as `kill(0, …)`). */
  | { readonly call: "kill"; readonly process: string; readonly signal: Signal }
  | { readonly call: "killpg"; readonly group: string; readonly signal: Signal }
  | { readonly call: "sigaction"; readonly signal: Signal; readonly disposition: Disposition }
  | { readonly call: "sigprocmask"; readonly how: "block" | "unblock"; readonly signals: readonly Signal[] }
  /** pause(2): returns EINTR after a handler has run, and never otherwise. */
  | { readonly call: "pause" }
  /** sigsuspend(2): unblocks the signals and waits, in one step. */
  | { readonly call: "sigsuspend"; readonly unblock: readonly Signal[] }
  /** ppoll(2): waits for input, room or, with the signals unblocked for the wait, a signal. */
  | {
      readonly call: "poll";
      readonly input: readonly DescriptorName[];
      readonly room: readonly DescriptorName[];
      readonly unblock: readonly Signal[];
      /** Descriptors whose silence ends the wait after the protocol's timeout. */
      readonly timeout: readonly DescriptorName[];
    }
  /** setpgid(0, group) */
  | { readonly call: "setpgid"; readonly group: string }
  /** fork(2): the child runs `role` with every descriptor of its parent. */
  | { readonly call: "fork"; readonly role: string }
  /**
   * posix_spawn(3): the child runs `role` and has only `descriptors` (its name: the parent's name). With a
   * `lifeline`, parent and child each hold one end of a new socketpair(2) under that name.
   */
  | {
      readonly call: "spawn";
      readonly role: string;
      readonly descriptors: Readonly<Record<DescriptorName, DescriptorName>>;
      readonly lifeline: DescriptorName;
      /** `inherit` the parent's process group, or lead a new one of its `own`. */
      readonly group: "inherit" | "own";
      /** Signals blocked in the child from its first instruction. */
      readonly block: readonly Signal[];
    }
  /** waitpid(-1): waits for any child to end, and reaps it; ECHILD where there is none (left). */
  | { readonly call: "waitpid" }
  | { readonly call: "exit"; readonly code: number };

export type CallName = Request["call"];
export type RequestFor<C extends CallName> = Extract<Request, { call: C }>;

export type Errno =
  | "EAGAIN"
  | "EADDRINUSE"
  | "ECHILD"
  | "ECONNREFUSED"
  | "ECONNRESET"
  | "EFBIG"
  | "EINTR"
  | "ENOSPC"
  | "EPERM"
  | "EPIPE"
  | "ESRCH"
  | "EWOULDBLOCK";

/** What a call returned; also the event that fires the machine's next transition. */
export type Result =
  /**
   * Success. `value` is the count, offset or size returned (for waitpid: 0 where the child called exit, 1 where a
   * signal killed it); `name` the descriptor accepted or the child started or reaped; `at` where in its file a transfer
   * took place, for observers only.
   */
  | { readonly type: "ok"; readonly value: number; readonly name: string; readonly at?: number }
  | { readonly type: "data"; readonly bytes: Bytes; readonly at?: number }
  | { readonly type: "eof" }
  /** Fewer bytes written than asked for. */
  | { readonly type: "short"; readonly value: number; readonly at?: number }
  /** poll: this descriptor can be read (or accepted from, or has ended). */
  | { readonly type: "readable"; readonly name: DescriptorName }
  /** poll: this descriptor has room (or its reader has gone). */
  | { readonly type: "writable"; readonly name: DescriptorName }
  /** The timer ran out; `name` is the descriptor that stayed silent. */
  | { readonly type: "timeout"; readonly name: DescriptorName }
  /** An error that the model does not predict (EIO, ENOMEM …); only the real kernel produces it. */
  | { readonly type: "failed"; readonly errno: string }
  | { readonly type: Errno };

export type ResultType = Result["type"];

/** What stands behind a descriptor, as far as it decides which results a call may give. */
export type DescriptorKind = "file" | "socket" | "listener";

export const ok = (value = 0, name = ""): Result => ({ type: "ok", value, name });
