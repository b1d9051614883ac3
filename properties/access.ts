/** The token: without it nothing, with it a session. */
import {
  brief,
  type Property,
  type QuiescentEvent,
  type QuietProcess,
  roleOf,
  type Seen,
  type Setting,
  splitLines,
} from "../model/index.ts";
import {
  cluster,
  connectionOf,
  daemonLife,
  isApart,
  isServer,
  reception,
  serves,
  strikes,
} from "./observers.ts";

const strangersOf = (setting: Setting) => setting.clients.filter(({ stranger }) => stranger);

const keptStranger = (event: QuiescentEvent, seen: Seen, setting: Setting): string | null => {
  const daemonRuns = event.processes.some(
    ({ name, status }) => roleOf(name) === "daemon" && status === "blocked",
  );
  for (const { name } of strangersOf(setting)) {
    const process = event.processes.find((other) => serves(other.name, name));
    if (process !== undefined && process.status === "blocked")
      return `${name} never showed the token, and ${process.name} stays for it`;
    const looks = event.processes.some((other) => other.name === name && other.status === "blocked");
    if (daemonRuns && looks && seen.get(reception, name).state === "open")
      return `${name} never showed the token, and its connection is kept`;
  }
  return null;
};

/** A process that every connection depends on, and that is stopped. */
const isStoppedServer = ({ name, status }: QuietProcess): boolean => status === "stopped" && isApart(name);

const unadmitted = (event: QuiescentEvent, seen: Seen, setting: Setting): string | null => {
  for (const { name, stranger } of setting.clients) {
    const received = seen.get(reception, name);
    const waits = event.processes.find((process) => process.name === name)?.request?.call === "read";
    const turnedAway = received.state === "cut" || (received.state === "open" && waits);
    const state = seen.get(cluster, connectionOf(name, received));
    // A connection that was still the daemon's own business died with it, or stands still with it.
    const lost = event.processes.some(isStoppedServer) || seen.get(strikes) > seen.get(daemonLife, name);
    if (!stranger && turnedAway && !lost && (state === "none" || state === "starting"))
      return `${name} showed the right token, and no session was opened for it`;
  }
  return null;
};

export const noUnauthenticatedEffect: Property = {
  id: "P13",
  name: "no-unauthenticated-effect",
  kind: "always",
  says: "Without the token no byte gets in or out and no process stays; with it a session is opened.",
  observers: [reception, cluster, strikes, daemonLife],
  onEvent: (event, _, setting) => {
    if (event.type !== "return") return null;
    const { process, request, result } = event;
    for (const { name, lines } of strangersOf(setting)) {
      if (process === name && request.call === "read" && result.type === "data")
        return `${name} never showed the token, and received ${brief(result.bytes)}`;
      if (isServer(process) && request.call === "write" && request.fd === "log")
        if (splitLines(request.bytes).lines.some((line) => lines.includes(line)))
          return `${process} appended a line of ${name}, which never showed the token`;
    }
    return null;
  },
  onQuiescence: (event, seen, setting) =>
    keptStranger(event, seen, setting) ?? unadmitted(event, seen, setting),
};
