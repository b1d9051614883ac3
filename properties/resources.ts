/** What processes hold and wait for, when nothing can move any more. */
import {
  type Property,
  type QuiescentEvent,
  type QuietProcess,
  roleOf,
  showRequest,
} from "../model/index.ts";
import { clusterOf, isApart, isLockFrozen, isServer, serves } from "./observers.ts";

export const noDescriptorLeak: Property = {
  id: "P12",
  name: "no-descriptor-leak",
  kind: "at-quiescence",
  says: "No process holds a descriptor that it will never use again.",
  observers: [],
  onQuiescence: (event) => {
    const leaking = event.processes.find(
      ({ status, unneeded }) => status !== "stopped" && unneeded.length > 0,
    );
    return leaking === undefined
      ? null
      : `${leaking.name} still holds ${leaking.unneeded.join(" and ")}, which it will never use again`;
  },
};

/** Whether nobody who could run would make room for what a process writes: its peer has gone, or is stopped. */
const isReadByNobody = (event: QuiescentEvent, { name }: QuietProcess): boolean => {
  const peers = event.processes.filter((other) =>
    isServer(name) ? !isServer(other.name) && serves(name, other.name) : serves(other.name, name),
  );
  const stopped = (process: QuietProcess) => process.status === "stopped";
  const isFrozen = event.processes.some(
    (process) => stopped(process) && clusterOf(process.name) === clusterOf(name),
  );
  if (isServer(name)) return isFrozen || peers.every(stopped);
  return peers.some(stopped) || event.processes.some((process) => isApart(process.name) && stopped(process));
};

/** Why a process waits for something that will never come; null where it waits for input, a signal or a child. */
const stuckIn = (event: QuiescentEvent, process: QuietProcess): string | null => {
  const { name, request, status } = process;
  if (status !== "blocked" || request === null) return null;
  const waits = `nothing can move any more, and ${name} still waits in ${showRequest(request)}`;
  if (request.call === "flock") {
    return isLockFrozen(event) ? null : waits;
  }
  if (request.call === "write") return isReadByNobody(event, process) ? null : waits;
  return request.call === "connect" && roleOf(name) !== "client" ? waits : null;
};

export const noDeadlock: Property = {
  id: "P14",
  name: "no-deadlock",
  kind: "at-quiescence",
  says: "When nothing can move any more, nobody waits for a lock, or for room that a client which reads would make.",
  observers: [],
  onQuiescence: (event) => {
    for (const process of event.processes) {
      const stuck = stuckIn(event, process);
      if (stuck !== null) return stuck;
    }
    return null;
  },
};

export const noZombie: Property = {
  id: "P16",
  name: "no-zombie",
  kind: "at-quiescence",
  says: "When nothing can move any more, every process that has ended has been reaped.",
  observers: [],
  onQuiescence: (event) => {
    const isStopped = (name: string) =>
      event.processes.some((p) => p.name === name && p.status === "stopped");
    const zombie = event.processes.find(({ status, parent }) => status === "zombie" && !isStopped(parent));
    return zombie === undefined ? null : `${zombie.name} has ended, and ${zombie.parent} does not reap it`;
  },
};
