/** Independence: a signal, an interrupted call or somebody else's death takes nobody down. */
import {
  type Observer,
  type Property,
  type QuiescentEvent,
  roleOf,
  type Seen,
  type Setting,
} from "../model/index.ts";
import { undeliveredAcrossDaemons } from "./delivery.ts";
import {
  cluster,
  clusterOf,
  clusterRoles,
  connectionOf,
  daemonLife,
  isApart,
  isLockFrozen,
  reception,
  strikes,
  strikesServer,
} from "./observers.ts";

/** Whether a fault has hit what holds the daemon up. */
const anchorStruck: Observer<boolean> = {
  id: "anchor-struck",
  initial: () => false,
  keyOf: (event) =>
    strikesServer(event) && "process" in event && roleOf(event.process) !== "daemon" ? "" : null,
  after: () => true,
};

export const noDeathBySignal: Property = {
  id: "P10",
  name: "no-death-by-signal",
  kind: "always",
  says: "Nobody dies of SIGUSR1 or of an interrupted call.",
  observers: [],
  onEvent: (event) => {
    if (event.type === "exit" && (event.signal === "SIGUSR1" || event.signal === "SIGUSR2"))
      return `${event.process} was killed by ${event.signal}`;
    if (event.type === "return" && event.result.type === "EINTR" && event.next.call === "exit")
      return `${event.process}'s ${event.request.call} was interrupted by a signal, and it ends for that`;
    return null;
  },
};

const halfCluster = (event: QuiescentEvent, setting: Setting): string | null => {
  const roles = clusterRoles(setting);
  const alive = event.processes.filter(
    ({ name, status }) => status !== "zombie" && roles.includes(roleOf(name)),
  );
  for (const { name, status, request } of alive) {
    if (status === "stopped" || (request?.call === "flock" && isLockFrozen(event))) continue;
    const missing = roles.find(
      (role) =>
        !alive.some((other) => roleOf(other.name) === role && clusterOf(other.name) === clusterOf(name)),
    );
    if (missing !== undefined)
      return `nothing can move any more, and ${name} lives on without its ${missing}`;
  }
  return null;
};

const fallenCluster = (seen: Seen, setting: Setting): string | null => {
  for (const { name, stranger } of setting.clients) {
    const received = seen.get(reception, name);
    const index = connectionOf(name, received);
    const state = seen.get(cluster, index);
    // The group may have died with its anchor; then the server takes nobody new.
    const due = state === "open" || (state === "shut-out" && !seen.get(anchorStruck));
    if (!stranger && received.state === "cut" && due)
      return `${name} was cut off, though neither it nor its cluster had been touched`;
  }
  return null;
};

const openPort = (event: QuiescentEvent): string | null => {
  const daemon = event.processes.find(({ name, status }) => roleOf(name) === "daemon" && status !== "zombie");
  if (!event.portOpen || daemon !== undefined || event.processes.length === 0) return null;
  return "the daemon is dead, and its port still accepts connections";
};

/** Whoever holds the daemon up has let it down: nobody has touched it, and the port is closed. */
const closedPort = (event: QuiescentEvent, seen: Seen): string | null => {
  const holder = event.processes.find(
    ({ name, status }) => isApart(name) && roleOf(name) !== "daemon" && status === "blocked",
  );
  const daemon = event.processes.find(({ name }) => roleOf(name) === "daemon");
  if (holder === undefined || event.portOpen || seen.get(anchorStruck)) return null;
  return daemon?.status === "stopped" || isLockFrozen(event)
    ? null
    : `${holder.name} holds the daemon up, and nobody listens any more`;
};

export const clustersIndependent: Property = {
  id: "P11",
  name: "clusters-independent",
  kind: "at-quiescence",
  says: "Whoever dies takes nobody down but its own cluster, and that wholly; a dead daemon's port is closed; old and new clusters reach each other.",
  observers: [reception, cluster, strikes, daemonLife, anchorStruck],
  onQuiescence: (event, seen, setting) =>
    halfCluster(event, setting) ??
    fallenCluster(seen, setting) ??
    openPort(event) ??
    closedPort(event, seen) ??
    undeliveredAcrossDaemons(event, seen, setting),
};
