/** flock(2): asks the protocol's lock machine, and reads the answer off its next state. */
import {
  holdersOf,
  isSame,
  type LocalState,
  type LockEvent,
  ok,
  type ProcessName,
  type RequestFor,
  react,
  startMachine,
} from "../../model/index.ts";
import { type DescriptionId, lockCell } from "./cells.ts";
import { descriptionId, descriptionOf } from "./descriptors.ts";
import { type Choice, fail, giving, type Kernel } from "./kernel.ts";

const lockOf = (kernel: Kernel, path: string): LocalState =>
  kernel.cells.get(lockCell(path)) ?? startMachine(kernel.setting.protocol.lock);

const afterEvent = (kernel: Kernel, path: string, event: LockEvent): LocalState =>
  react(kernel.setting.protocol.lock, lockOf(kernel, path), event);

/** The lock machine takes an event. */
const applyEvent = (kernel: Kernel, path: string, event: LockEvent): void => {
  const before = lockOf(kernel, path);
  const after = afterEvent(kernel, path, event);
  kernel.note({ object: "lock", before, event, after });
  kernel.cells.set(lockCell(path), after);
};

const same = (a: LocalState, b: LocalState): boolean => a.state === b.state && isSame(a.context, b.context);

export const dropLock = (kernel: Kernel, path: string, id: DescriptionId): void => {
  if (kernel.cells.get(lockCell(path)) === null) return;
  applyEvent(kernel, path, { type: "drop", by: id });
};

/** A waiting flock was interrupted: a lock machine with a queue forgets the waiter. */
export const cancelLock = (kernel: Kernel, process: ProcessName, request: RequestFor<"flock">): void => {
  const { object } = descriptionOf(kernel, process, request.fd);
  if (object.kind !== "file" || kernel.cells.get(lockCell(object.path)) === null) return;
  const by = descriptionId(kernel, process, request.fd);
  applyEvent(kernel, object.path, { type: "cancel", by });
};

export const flockChoices = (
  kernel: Kernel,
  process: ProcessName,
  request: RequestFor<"flock">,
): readonly Choice[] => {
  const { object } = descriptionOf(kernel, process, request.fd);
  if (object.kind !== "file") return fail(kernel, process, `“${request.fd}” is no file, it cannot be locked`);
  const by = descriptionId(kernel, process, request.fd);
  const type = request.mode === "UN" ? "release" : request.mode === "SH" ? "share" : "exclude";
  const before = lockOf(kernel, object.path);
  const after = afterEvent(kernel, object.path, { type, by });
  const take = (k: Kernel) => applyEvent(k, object.path, { type, by });
  const granted = request.mode === "UN" || holdersOf(after.context)[by] === request.mode;
  if (granted) return [{ run: giving(ok(), (k) => take(k)) }];
  // A conversion gives up what was held before it asks anew, and others may come in between.
  const givesUp = by in holdersOf(before.context) && !(by in holdersOf(after.context));
  if (request.nonblock && !givesUp)
    return [{ run: giving({ type: "EWOULDBLOCK" as const }, (k) => cancelLock(k, process, request)) }];
  // Something was given up, or a place in a queue taken; the call itself goes on.
  return same(before, after)
    ? []
    : [{ outcome: givesUp ? "gives up" : "waits", run: giving(null, (k) => take(k)) }];
};
