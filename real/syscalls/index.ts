/**
 * The interpreter on the real kernel: performs a request, and says what came back. It blocks where the call blocks; that
 * is all that a process of this server ever does.
 *
 * - `files` `sockets` `signals` `waiting` `processes`   the calls, by theme
 * - `outcome`   returned numbers and errno as results
 */
import { type CallName, ok, type Request, type RequestFor, type Result } from "../../model/index.ts";
import { native } from "../native.ts";
import type { Self } from "../self.ts";
import { close, flock, fstat, ftruncate, lseek, open, pread, read, write } from "./files.ts";
import { fork, setpgid, spawn, waitpid } from "./processes.ts";
import { kill, killpg, sigaction } from "./signals.ts";
import { accept, connect, listen } from "./sockets.ts";
import { pause, poll, sigsuspend } from "./waiting.ts";

/** Each call's own function. */
export type Calls = {
  readonly [C in CallName]: (self: Self, request: RequestFor<C>, name: string) => Result;
};

/** A table, since a process that looks its call up among two dozen patterns does little else. */
export const calls: Calls = {
  open,
  close,
  listen,
  accept,
  connect,
  read,
  pread,
  write,
  lseek,
  fstat,
  ftruncate,
  flock,
  kill,
  killpg,
  sigaction,
  sigprocmask: (self, { how, signals }) => {
    self.setMask(how, signals);
    return ok();
  },
  pause,
  sigsuspend,
  poll,
  setpgid,
  fork,
  spawn,
  waitpid: (self, _, name) => waitpid(self, name),
  exit: (_, { code }) => native.exit(code) as never,
};

type Call = (self: Self, request: Request, name: string) => Result;

/**
 * Performs a request of this process. Never returns from `exit`. With a `name`, the child or connection that comes of it is
 * called that, or the child of that name is waited for.
 */
export const perform = (self: Self, request: Request, name = "", its: Calls = calls): Result =>
  (its[request.call] as Call)(self, request, name);
