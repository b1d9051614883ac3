/**
 * The interpreter on the real kernel: performs a request, and says what came back. It blocks where the call blocks; that
 * is all that a process of this server ever does.
 *
 * - `files` `sockets` `signals` `waiting` `processes`   the calls, by theme
 * - `outcome`   returned numbers and errno as results
 */
import { match } from "ts-pattern";
import { ok, type Request, type Result } from "../../model/index.ts";
import { native } from "../native.ts";
import type { Self } from "../self.ts";
import { close, flock, fstat, ftruncate, lseek, open, pread, read, write } from "./files.ts";
import { fork, setpgid, spawn, waitpid } from "./processes.ts";
import { kill, killpg, sigaction } from "./signals.ts";
import { accept, connect, listen } from "./sockets.ts";
import { pause, poll, sigsuspend } from "./waiting.ts";

/**
 * Performs a request of this process. Never returns from `exit`. With a `name`, the child or connection that comes of it is
 * called that, or the child of that name is waited for.
 */
export const perform = (self: Self, request: Request, name = ""): Result =>
  match(request)
    .with({ call: "open" }, (r) => open(self, r))
    .with({ call: "close" }, (r) => close(self, r))
    .with({ call: "listen" }, (r) => listen(self, r))
    .with({ call: "accept" }, (r) => accept(self, r, name))
    .with({ call: "connect" }, (r) => connect(self, r))
    .with({ call: "read" }, (r) => read(self, r))
    .with({ call: "pread" }, (r) => pread(self, r))
    .with({ call: "write" }, (r) => write(self, r))
    .with({ call: "lseek" }, (r) => lseek(self, r))
    .with({ call: "fstat" }, (r) => fstat(self, r))
    .with({ call: "ftruncate" }, (r) => ftruncate(self, r))
    .with({ call: "flock" }, (r) => flock(self, r))
    .with({ call: "kill" }, (r) => kill(self, r))
    .with({ call: "killpg" }, (r) => killpg(self, r))
    .with({ call: "sigaction" }, (r) => sigaction(self, r))
    .with({ call: "sigprocmask" }, ({ how, signals }) => {
      self.setMask(how, signals);
      return ok();
    })
    .with({ call: "pause" }, () => pause())
    .with({ call: "sigsuspend" }, (r) => sigsuspend(self, r))
    .with({ call: "poll" }, (r) => poll(self, r))
    .with({ call: "setpgid" }, (r) => setpgid(self, r))
    .with({ call: "fork" }, (r) => fork(self, r, name))
    .with({ call: "spawn" }, (r) => spawn(self, r, name))
    .with({ call: "waitpid" }, () => waitpid(self, name))
    .with({ call: "exit" }, (r) => native.exit(r.code) as never)
    .exhaustive();
