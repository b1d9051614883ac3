/** Faults of the environment, each with a budget: what may happen to a process at any moment without its doing. */
import { match } from "ts-pattern";
import { advance, type FaultName, type ProcessName, roleOf } from "../../model/index.ts";
import { hasBudget, spendBudget } from "./budget.ts";
import { fileCell, movedCell, stateCell } from "./cells.ts";
import { closeDescriptor } from "./closing.ts";
import { type Kernel, localOf, machineOf, processOf, setLocal } from "./kernel.ts";
import { stop } from "./kill.ts";
import { die, goOn, nextName, startProcess } from "./processes.ts";
import type { Move } from "./step.ts";

const command = (kernel: Kernel, process: ProcessName, type: "disconnect" | "return"): void => {
  const machine = machineOf(kernel, process, roleOf(process));
  setLocal(kernel, process, advance(machine, localOf(kernel, process), { type }));
  kernel.cells.set(movedCell(process), null);
};

const isConnected = (kernel: Kernel, process: ProcessName): boolean =>
  "socket" in processOf(kernel, process).descriptors;

/** An operator kills the daemon and, where nobody else does, starts it again from another terminal. */
const restartDaemon = (kernel: Kernel, process: ProcessName): void => {
  die(kernel, process, "SIGKILL");
  const start = kernel.setting.protocol.start.find(({ role }) => role === "daemon");
  if (start === undefined) return;
  const name = nextName(kernel, "daemon", "");
  startProcess(kernel, name, { ...start, group: name, session: name });
};

const isWriting = (kernel: Kernel, process: ProcessName): boolean =>
  kernel.cells.get(fileCell("log"))?.writing?.process === process;

/** Whether a fault can hit a process as it stands, leaving budgets aside. */
const canHit = (kernel: Kernel, fault: FaultName, process: ProcessName): boolean => {
  const isClient = roleOf(process) === "client";
  const { status } = processOf(kernel, process);
  const state = kernel.cells.get(stateCell(process));
  return (
    match(fault)
      .with("crash", () => !isClient && status !== "zombie")
      // A write to a file is not interrupted: a process is stopped before it, or after it.
      .with("stop", () => !isClient && status === "running" && !isWriting(kernel, process))
      .with("cont", () => status === "stopped")
      .with("daemon-restart", () => roleOf(process) === "daemon" && status !== "zombie")
      .with("disconnect", () => isClient && isConnected(kernel, process))
      .with("return", () => isClient && state === "away")
      .with("never-reads", () => isClient && status === "running" && isConnected(kernel, process))
      .with("short-write", "disk-full", () => false) // outcomes of a write, see files.ts
      .exhaustive()
  );
};

const strike = (kernel: Kernel, fault: FaultName, process: ProcessName): void =>
  match(fault)
    .with("crash", () => die(kernel, process, "SIGKILL"))
    .with("stop", "never-reads", () => stop(kernel, process))
    .with("cont", () => goOn(kernel, process))
    .with("daemon-restart", () => restartDaemon(kernel, process))
    .with("disconnect", () => {
      closeDescriptor(kernel, process, "socket");
      command(kernel, process, "disconnect");
    })
    .with("return", () => command(kernel, process, "return"))
    .with("short-write", "disk-full", () => undefined)
    .exhaustive();

const processFaults: readonly FaultName[] = [
  "crash",
  "stop",
  "cont",
  "daemon-restart",
  "disconnect",
  "return",
  "never-reads",
];

/** The faults that may hit one process now, or one of them. */
export const faultsOf = (kernel: Kernel, process: ProcessName, only?: FaultName): Move[] =>
  processFaults
    .filter((fault) => only === undefined || fault === only)
    .filter((fault) => hasBudget(kernel, fault) && canHit(kernel, fault, process))
    .map((fault) => ({
      process,
      call: fault,
      perform: (k) => {
        spendBudget(k, fault);
        k.emit({ type: "fault", fault, process });
        strike(k, fault, process);
        return "";
      },
    }));
