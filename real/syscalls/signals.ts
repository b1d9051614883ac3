/** The calls that send, catch and block signals. */
import { match } from "ts-pattern";
import { ok, type RequestFor, type Result, type Signal } from "../../model/index.ts";
import type { ProcessConfiguration } from "../configuration.ts";
import { errnoName, flags, harmlessHandler, native, signalNumbers, signalSet } from "../native.ts";
import type { Self } from "../self.ts";
import { done } from "./outcome.ts";

export const sigaction = (self: Self, { signal, disposition }: RequestFor<"sigaction">): Result => {
  setDisposition(signal, disposition);
  if (disposition.kind === "ignore") self.ignored.add(signal);
  else self.ignored.delete(signal);
  return ok();
};

/** Installs a disposition. A handler does nothing: that it has run shows in the call that it interrupts. */
export const setDisposition = (
  signal: RequestFor<"sigaction">["signal"],
  disposition: RequestFor<"sigaction">["disposition"],
): void => {
  const action = Buffer.alloc(152);
  const handler = match(disposition)
    .with({ kind: "default" }, () => 0n)
    .with({ kind: "ignore" }, () => 1n)
    .with({ kind: "handler" }, () => harmlessHandler())
    .exhaustive();
  const restart = disposition.kind === "handler" && disposition.restart ? flags.SA_RESTART : 0;
  const once = disposition.kind === "handler" && disposition.once ? flags.SA_RESETHAND | flags.SA_NODEFER : 0;
  action.writeBigUInt64LE(handler, 0);
  action.writeUInt32LE((restart | once) >>> 0, 136);
  if (native.sigaction(signalNumbers[signal], action, null) < 0)
    throw new Error(`sigaction(${signal}): ${errnoName()}`);
};

const ignoreHangup = (): void => {
  const action = Buffer.alloc(152);
  action.writeBigUInt64LE(1n, 0); // SIG_IGN
  if (native.sigaction(flags.SIGHUP, action, null) < 0) throw new Error(`sigaction(SIGHUP): ${errnoName()}`);
};

/**
 * What the machine of the process that this one was forked of, and Node before that, did to the signals is undone:
 * dispositions and mask are those that the parent hands on. SIGHUP is ignored by all, as under nohup(1): the kernel sends it
 * to a process group that is orphaned while one of its members is stopped.
 */
export const settleSignals = ({ ignored, blocked, handlers }: ProcessConfiguration): void => {
  if (!handlers)
    for (const signal of ["SIGUSR1", "SIGUSR2", "SIGTERM", "SIGCHLD", "SIGCONT"] as const)
      setDisposition(signal, { kind: ignored.includes(signal) ? "ignore" : "default" });
  ignoreHangup();
  native.sigmask(flags.SIG_SETMASK, signalSet(blocked), null);
};

export const kill = (self: Self, { process, signal }: RequestFor<"kill">): Result =>
  done(native.kill(self.pidOf(process), signalNumbers[signal]));

export const killpg = (self: Self, { group, signal }: RequestFor<"killpg">): Result => {
  const number = group === "own" ? 0 : self.groupOf(group);
  return done(native.kill(-number, signalNumbers[signal]));
};

/** One of these signals that is pending for this process; null where none is. */
export const pendingAmong = (signals: readonly Signal[]): string | null => {
  const set = Buffer.alloc(128);
  native.sigpending(set);
  const isPending = (signal: Signal) => {
    const bit = signalNumbers[signal] - 1;
    return ((set[bit >> 3] ?? 0) & (1 << (bit & 7))) !== 0;
  };
  const found = signals.find(isPending);
  return found === undefined ? null : `${found} is pending`;
};
