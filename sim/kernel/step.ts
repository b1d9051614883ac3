/** What a process can do next: the outcomes of the call that its machine names, each with the step it amounts to. */
import {
  advance,
  criticalOf,
  type DescriptorName,
  type MachineEvent,
  metaOf,
  type ProcessName,
  type Request,
  type Result,
  roleOf,
  showRequest,
  showResult,
} from "../../model/index.ts";
import { callChoices } from "./calls.ts";
import { type Cells, movedCell, processCell, stateCell } from "./cells.ts";
import { descriptionOf } from "./descriptors.ts";
import { type Choice, type Kernel, localOf, machineOf, must, requestNow, setLocal } from "./kernel.ts";
import { interruptedChoices } from "./kill.ts";
import { peersOf } from "./sockets.ts";

/** The machine takes the result of its call, and stands before the next one. */
const goOn = (kernel: Kernel, process: ProcessName, request: Request, result: Result): void => {
  const machine = machineOf(kernel, process, roleOf(process));
  const local = localOf(kernel, process);
  const next = advance(machine, local, result as MachineEvent);
  setLocal(kernel, process, next);
  kernel.cells.set(movedCell(process), null);
  kernel.emit({
    type: "return",
    process,
    state: local.state,
    critical: criticalOf(machine, local.state),
    request,
    result,
    next: {
      state: next.state,
      call: metaOf(machine, next.state)?.call.call ?? "exit",
      critical: criticalOf(machine, next.state),
    },
  });
};

/** Whether nobody at the other end of a socket can do anything now: all of them are blocked, stopped, or gone. */
const isSilent = (kernel: Kernel, process: ProcessName, fd: DescriptorName): boolean => {
  const { object } = descriptionOf(kernel, process, fd);
  if (object.kind !== "socket") return true;
  return peersOf(kernel, object).every(
    (peer) => kernel.cells.get(processCell(peer))?.status !== "running" || kernel.isBlocked(peer),
  );
};

/** Something that can happen now, and how a schedule names it. */
export interface Move {
  readonly process: ProcessName;
  readonly call: string;
  /** Brings it about; returns the outcome as it stands in the schedule. */
  readonly perform: (kernel: Kernel) => string;
}

const perform =
  (process: ProcessName, request: Request, state: string, choice: Choice) =>
  (kernel: Kernel): string => {
    kernel.emit({ type: "call", process, state, request });
    const result = choice.run(kernel);
    // A process that has killed itself does not live to see the result.
    const isAlive = kernel.cells.get(stateCell(process)) !== null;
    if (result === null || !isAlive) return choice.outcome ?? "";
    goOn(kernel, process, request, result);
    return showResult(request.call, result);
  };

/** The moves of one process; none where it is blocked, stopped or a zombie. */
export const movesOf = (kernel: Kernel, process: ProcessName): Move[] => {
  if (kernel.cells.get(processCell(process))?.status !== "running") return [];
  const request = requestNow(kernel, process);
  if (request === undefined) return [];
  const state = must(kernel, stateCell(process));
  const choices = interruptedChoices(kernel, process, request) ?? callChoices(kernel, process, request);
  const legal = choices.filter(({ timer }) => timer === undefined || isSilent(kernel, process, timer));
  return legal.map((choice) => moveOf(process, request, state, choice));
};

const moveOf = (process: ProcessName, request: Request, state: string, choice: Choice): Move => ({
  process,
  call: showRequest(request),
  perform: perform(process, request, state, choice),
});

/** The same with an outcome that this kernel does not know; undefined where the process stands before no call. */
export const foreignMove = (kernel: Kernel, process: ProcessName, choice: Choice): Move | undefined => {
  const request = requestNow(kernel, process);
  return request && moveOf(process, request, must(kernel, stateCell(process)), choice);
};

/** A kernel on these cells whose events go to `emit`, and what its lock and signal machines do to `note`. */
export const kernelOn = (
  setting: Kernel["setting"],
  cells: Cells,
  emit: Kernel["emit"] = () => undefined,
  note: Kernel["note"] = () => undefined,
): Kernel => {
  const kernel: Kernel = {
    setting,
    cells,
    emit,
    note,
    isBlocked: (process) => {
      const request = requestNow(kernel, process);
      return (
        request !== undefined &&
        callChoices(kernel, process, request).every(({ timer }) => timer !== undefined)
      );
    },
  };
  return kernel;
};
