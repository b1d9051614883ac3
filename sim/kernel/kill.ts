/** The calls that send, block, catch and await signals. */
import {
  ok,
  type ProcessName,
  type Request,
  type RequestFor,
  type Signal,
  signalNames,
} from "../../model/index.ts";
import { groupCell, processCell } from "./cells.ts";
import { type Choice, giving, type Kernel, movedBy, processOf, update } from "./kernel.ts";
import { cancelLock } from "./locks.ts";
import { die, goOn } from "./processes.ts";
import { deliver, disposition, dueSignal, handle, pendingEffect, wake } from "./signals.ts";

type Event = Parameters<typeof deliver>[3];

const apply = (kernel: Kernel, process: ProcessName, signal: Signal, event: Event): void => {
  if (deliver(kernel, process, signal, event) === "dies") die(kernel, process, signal);
};

/** A process stops where it is: its locks and descriptors stay. */
export const stop = (kernel: Kernel, process: ProcessName): void => {
  if (processOf(kernel, process).status === "running")
    update(kernel, processCell(process), { status: "stopped" });
};

/** A signal arrives. A zombie takes no notice; SIGKILL and SIGSTOP cannot be caught. */
const sendSignal = (kernel: Kernel, process: ProcessName, signal: Signal): void => {
  const status = kernel.cells.get(processCell(process))?.status;
  if (status === undefined || status === "zombie") return; // it may have died of the one before
  if (signal === "SIGKILL") return die(kernel, process, signal);
  if (signal === "SIGSTOP") return stop(kernel, process);
  if (signal === "SIGCONT") {
    goOn(kernel, process);
    if (disposition(kernel, process, signal).kind !== "handler") return;
  }
  if (signal === "SIGCHLD" && disposition(kernel, process, signal).kind !== "handler") return;
  apply(kernel, process, signal, { type: "send" });
};

export const killChoices = (
  kernel: Kernel,
  _: ProcessName,
  request: RequestFor<"kill">,
): readonly Choice[] => {
  const target = request.process as ProcessName;
  const found = kernel.cells.get(processCell(target));
  if (found === null) return [{ run: () => ({ type: "ESRCH" }) }];
  return [{ run: giving(ok(), (k) => sendSignal(k, target, request.signal)) }];
};

export const killpgChoices = (
  kernel: Kernel,
  process: ProcessName,
  request: RequestFor<"killpg">,
): readonly Choice[] => {
  const name = request.group === "own" ? processOf(kernel, process).group : request.group;
  const members = kernel.cells.get(groupCell(name))?.members ?? [];
  if (members.length === 0) return [{ run: () => ({ type: "ESRCH" }) }];
  return [
    {
      run: (k) => {
        for (const member of members) sendSignal(k, member, request.signal);
        return ok();
      },
    },
  ];
};

export const sigactionChoices = (
  _: Kernel,
  process: ProcessName,
  { signal, disposition }: RequestFor<"sigaction">,
): readonly Choice[] => [
  { run: giving(ok(), (k) => apply(k, process, signal, { type: "install", disposition })) },
];

export const sigprocmaskChoices = (
  _: Kernel,
  process: ProcessName,
  request: RequestFor<"sigprocmask">,
): readonly Choice[] => [
  {
    run: (k) => {
      for (const signal of request.signals) apply(k, process, signal, { type: request.how });
      return ok();
    },
  },
];

/**
 * What the signals that a waiting call unblocks do to it: kill the process, wake it, or nothing. The kernel delivers all that
 * are pending before the call returns.
 */
export const wakingChoices = (
  kernel: Kernel,
  process: ProcessName,
  unblocked: readonly Signal[],
): readonly Choice[] => {
  const pending = signalNames.filter((signal) => unblocked.includes(signal));
  const having = (effect: ReturnType<typeof pendingEffect>) =>
    pending.filter((signal) => pendingEffect(kernel, process, signal) === effect);
  const [fatal] = having("dies");
  if (fatal !== undefined)
    return [
      {
        outcome: `dies of ${fatal}`,
        run: giving(null, (k) => apply(k, process, fatal, { type: "unblock" })),
      },
    ];
  const waking = having("wakes");
  if (waking.length === 0) return [];
  const wakeAll = (k: Kernel): void => {
    for (const signal of waking) wake(k, process, signal);
  };
  return [{ run: giving({ type: "EINTR" }, wakeAll) }];
};

/**
 * The ways in which a handler that is about to run gets it over with: before the call (as good as not at all), or inside
 * it, where it is blocked. Undefined where no handler is due.
 */
export const interruptedChoices = (
  kernel: Kernel,
  process: ProcessName,
  request: Request,
): readonly Choice[] | undefined => {
  const signal = dueSignal(kernel, process);
  if (signal === undefined) return undefined;
  const before: Choice = {
    outcome: `handles ${signal} first`,
    run: giving(null, (k) => handle(k, process, signal)),
  };
  if (!kernel.isBlocked(process)) return [before];
  const moved = movedBy(kernel, process);
  return [
    before,
    {
      run: (k) => {
        handle(k, process, signal);
        if (request.call === "flock") cancelLock(k, process, request);
        return moved > 0 ? { type: "short", value: moved } : { type: "EINTR" };
      },
    },
  ];
};
