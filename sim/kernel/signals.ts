/** Signals: drives the protocol's signal machine, one for each signal of each process, and does what its tags say. */
import {
  type Disposition,
  hasTag,
  isSame,
  type LocalState,
  type ProcessName,
  type Request,
  react,
  type Signal,
  type SignalMachineEvent,
  type SignalTag,
  signalsOf,
  startMachine,
} from "../../model/index.ts";
import { processCell, signalCell } from "./cells.ts";
import { descriptionOf } from "./descriptors.ts";
import { type Kernel, movedBy, requestNow } from "./kernel.ts";

const byDefault: Disposition = { kind: "default" };

const quietSignal = (kernel: Kernel, disposition: Disposition): LocalState =>
  startMachine(kernel.setting.protocol.signal, { disposition });

const untouched = new WeakMap<object, LocalState>();

/** As every signal is at the start of the world. */
const untouchedSignal = (kernel: Kernel): LocalState => {
  const { signal } = kernel.setting.protocol;
  const local = untouched.get(signal) ?? quietSignal(kernel, byDefault);
  untouched.set(signal, local);
  return local;
};

const stateOf = (kernel: Kernel, process: ProcessName, signal: Signal): LocalState =>
  kernel.cells.get(signalCell(process, signal)) ?? untouchedSignal(kernel);

const after = (kernel: Kernel, local: LocalState, event: SignalMachineEvent): LocalState =>
  react(kernel.setting.protocol.signal, local, event);

/** The same where it is really taken, and not only looked ahead. */
const taken = (kernel: Kernel, before: LocalState, event: SignalMachineEvent): LocalState => {
  const next = after(kernel, before, event);
  kernel.note({ object: "signal", before, event, after: next });
  return next;
};

const isTagged = (kernel: Kernel, local: LocalState, tag: SignalTag): boolean =>
  hasTag(kernel.setting.protocol.signal, local.state, tag);

const dispositionOf = (local: LocalState): Disposition =>
  (local.context as unknown as { disposition: Disposition }).disposition;

/** A signal that is as at the start of the world needs no cell. */
const store = (kernel: Kernel, process: ProcessName, signal: Signal, local: LocalState): void => {
  kernel.cells.set(signalCell(process, signal), isSame(local, untouchedSignal(kernel)) ? null : local);
};

export const disposition = (kernel: Kernel, process: ProcessName, signal: Signal): Disposition =>
  dispositionOf(stateOf(kernel, process, signal));

/** Whether a handler that runs while the process is blocked in this call makes it return EINTR (signal(7)). */
const interrupts = (
  kernel: Kernel,
  process: ProcessName,
  request: Request,
  disposition: Disposition,
): boolean => {
  if (disposition.kind !== "handler") return false;
  if (request.call === "pause" || request.call === "sigsuspend" || request.call === "poll") return true;
  // What has moved some bytes returns their number, restart or not (signal(7)).
  if (request.call === "write" && movedBy(kernel, process) > 0) return isSocket(kernel, process, request.fd);
  if (request.call === "read" || request.call === "write")
    return !disposition.restart && isSocket(kernel, process, request.fd);
  const slow = request.call === "flock" || request.call === "accept" || request.call === "waitpid";
  return slow && !disposition.restart;
};

/**
 * Whether a signal that is sent now would make a process's call return EINTR; null where no handler of it would run in there,
 * because the signal is not caught, or stays blocked.
 */
export const wouldInterrupt = (kernel: Kernel, process: ProcessName, signal: Signal): boolean | null => {
  const local = stateOf(kernel, process, signal);
  const request = requestNow(kernel, process);
  if (dispositionOf(local).kind !== "handler" || request === undefined) return null;
  if (!isTagged(kernel, local, "blocked")) return interrupts(kernel, process, request, dispositionOf(local));
  return "unblock" in request && request.unblock.includes(signal) ? true : null;
};

const isSocket = (kernel: Kernel, process: ProcessName, fd: string): boolean =>
  descriptionOf(kernel, process, fd).object.kind === "socket";

export type Delivery = "dies" | "handled" | "quiet";

/** Applies an event to one signal of a process. Where it `dies`, that is left to the caller. */
export const deliver = (
  kernel: Kernel,
  process: ProcessName,
  signal: Signal,
  event: SignalMachineEvent,
): Delivery => {
  const local = taken(kernel, stateOf(kernel, process, signal), event);
  if (isTagged(kernel, local, "fatal")) {
    if (isStopped(kernel, process)) {
      // Whoever is stopped dies of it when it goes on (signal(7)).
      store(kernel, process, signal, local);
      kernel.emit({ type: "signal", process, signal, effect: "pending" });
      return "quiet";
    }
    kernel.emit({ type: "signal", process, signal, effect: "fatal" });
    return "dies";
  }
  if (isTagged(kernel, local, "caught")) {
    const request = requestNow(kernel, process);
    if (request === undefined || !interrupts(kernel, process, request, dispositionOf(local))) {
      // In a call that is not interrupted, or is restarted: nobody can tell when the handler ran.
      store(kernel, process, signal, local);
      return handle(kernel, process, signal);
    }
  }
  if (event.type === "send" && isTagged(kernel, local, "pending"))
    kernel.emit({ type: "signal", process, signal, effect: "pending" });
  store(kernel, process, signal, local);
  return "quiet";
};

const isStopped = (kernel: Kernel, process: ProcessName): boolean =>
  kernel.cells.get(processCell(process))?.status === "stopped";

/** The signal that kills a process now that it goes on, if any came while it was stopped. */
export const fatalSignal = (kernel: Kernel, process: ProcessName): Signal | undefined =>
  signalsOf(kernel.setting.protocol).used.find((signal) =>
    isTagged(kernel, stateOf(kernel, process, signal), "fatal"),
  );

/** A handler that was due runs. */
export const handle = (kernel: Kernel, process: ProcessName, signal: Signal): Delivery => {
  kernel.emit({ type: "signal", process, signal, effect: "handled" });
  store(kernel, process, signal, taken(kernel, stateOf(kernel, process, signal), { type: "handled" }));
  return "handled";
};

/** The signal whose handler is about to run, if any. */
export const dueSignal = (kernel: Kernel, process: ProcessName): Signal | undefined =>
  signalsOf(kernel.setting.protocol).caught.find((signal) =>
    isTagged(kernel, stateOf(kernel, process, signal), "caught"),
  );

/** What unblocking a pending signal for the time of a wait does: wakes the call, kills, or nothing. */
export const pendingEffect = (
  kernel: Kernel,
  process: ProcessName,
  signal: Signal,
): "dies" | "wakes" | "nothing" => {
  const local = stateOf(kernel, process, signal);
  if (!isTagged(kernel, local, "pending")) return "nothing";
  const delivered = after(kernel, local, { type: "unblock" });
  if (isTagged(kernel, delivered, "fatal")) return "dies";
  return isTagged(kernel, delivered, "caught") ? "wakes" : "nothing";
};

/** The wait that unblocked the signal is over: the handler has run, and the old mask is back. */
export const wake = (kernel: Kernel, process: ProcessName, signal: Signal): void => {
  const delivered = taken(kernel, stateOf(kernel, process, signal), { type: "unblock" });
  store(kernel, process, signal, delivered);
  handle(kernel, process, signal);
  store(kernel, process, signal, taken(kernel, stateOf(kernel, process, signal), { type: "block" }));
};

/** The signals of a new process: what exec keeps (ignored, blocked) or, without exec, also handlers; nothing pending. */
export const inheritSignals = (
  kernel: Kernel,
  parent: ProcessName,
  child: ProcessName,
  how: { exec: boolean; block: readonly Signal[] },
): void => {
  for (const signal of signalsOf(kernel.setting.protocol).used) {
    const local = stateOf(kernel, parent, signal);
    const inherited = dispositionOf(local);
    const kept = how.exec && inherited.kind === "handler" ? byDefault : inherited;
    const fresh = quietSignal(kernel, kept);
    const blocked = isTagged(kernel, local, "blocked") || how.block.includes(signal);
    store(kernel, child, signal, blocked ? after(kernel, fresh, { type: "block" }) : fresh);
  }
};

/** A disposition and a mask that a process has from the start. */
export const presetSignal = (
  kernel: Kernel,
  process: ProcessName,
  signal: Signal,
  how: { disposition: Disposition; blocked: boolean },
): void => {
  const fresh = quietSignal(kernel, how.disposition);
  store(kernel, process, signal, how.blocked ? after(kernel, fresh, { type: "block" }) : fresh);
};

export const forgetSignals = (kernel: Kernel, process: ProcessName): void => {
  for (const signal of signalsOf(kernel.setting.protocol).used)
    kernel.cells.set(signalCell(process, signal), null);
};
