/** Whether a call would block, found out without waiting in it and without leaving anything changed. */
import { match } from "ts-pattern";
import { type Request, type Signal, showResult } from "../../model/index.ts";
import { holdsLock } from "../kernel.ts";
import { flags, native } from "../native.ts";
import type { Self } from "../self.ts";
import { flock } from "../syscalls/files.ts";
import { pendingAmong } from "../syscalls/signals.ts";
import { readyAmong } from "../syscalls/waiting.ts";

/** One of these signals that is pending, and that would not be thrown away. */
const waking = (self: Self, signals: readonly Signal[]): string | null =>
  pendingAmong(signals.filter((signal) => !self.ignored.has(signal)));

/** What has happened already instead; null where the call would block, or where that cannot be asked for. */
export const probe = (self: Self, request: Request): string | null =>
  match(request)
    .with({ call: "flock" }, (r) => {
      // A description that holds a lock would lose it by asking for another one.
      if (r.nonblock || holdsLock(self.pid, self.descriptor(r.fd).number)) return null;
      const result = flock(self, { ...r, nonblock: true });
      return result.type === "EWOULDBLOCK" ? null : showResult("flock", result);
    })
    .with({ call: "read" }, { call: "accept" }, (r) =>
      self.descriptor(r.fd).kind !== "file" && readyAmong(self, [[r.fd, flags.POLLIN]], 0) !== ""
        ? `${r.fd} is ready`
        : null,
    )
    .with({ call: "poll" }, (r) => {
      const ready = readyAmong(
        self,
        r.input.map((name) => [name, flags.POLLIN] as const),
        0,
      );
      return ready !== "" ? `${ready} is ready` : waking(self, r.unblock);
    })
    .with({ call: "sigsuspend" }, (r) => waking(self, r.unblock))
    .with({ call: "waitpid" }, () => {
      const found = Buffer.alloc(128);
      native.waitid(flags.P_ALL, 0, found, flags.WEXITED | flags.WNOHANG | flags.WNOWAIT);
      return found.readInt32LE(0) === 0 ? null : "a child has ended"; // si_signo
    })
    .otherwise(() => null);
