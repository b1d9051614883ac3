/** The processes of servers, as the kernel shows them to anybody who may look: what `papaya ps` knows. */
import { readFileSync, statSync } from "node:fs";
import {
  descriptionOf,
  descriptorsOf,
  isAsleepIn,
  parentOf,
  processIds,
  sessionOf,
  startOf,
  stateOf,
} from "../kernel.ts";
import { readTitle, type Titled } from "./title.ts";

export interface Inhabitant extends Titled {
  readonly pid: number;
  readonly parent: number;
  /** The kernel's session, which all processes of one server belong to: the anchor's process id. */
  readonly server: number;
}

const titleOf = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replace(/\0+$/, "");
  } catch {
    return ""; // it has gone
  }
};

/** Those processes of a server that have ended, and that nobody has reaped. */
export const remainsOf = (server: number): number[] =>
  processIds().filter((pid) => sessionOf(pid) === server && stateOf(pid) === "Z");

/** Those processes of servers that live, of one server or of all. */
export const inhabitants = (server?: number): Inhabitant[] =>
  processIds()
    .flatMap((pid) => {
      if (server !== undefined && sessionOf(pid) !== server) return [];
      const titled = readTitle(titleOf(pid));
      if (titled === null || ["Z", "X", null].includes(stateOf(pid))) return [];
      return [{ pid, parent: parentOf(pid), server: sessionOf(pid), ...titled }];
    })
    .sort((a, b) => a.server - b.server || a.pid - b.pid);

/** The clusters of a server that live, as the numbers of their clients. */
export const clientsOf = (server: number): number[] =>
  inhabitants(server).flatMap(({ role, cluster }) =>
    role === "RECV" && cluster !== null ? [cluster.number] : [],
  );

/** Whether anybody is left of any cluster of a server, be it on the way out. */
export const hasClusters = (server: number): boolean =>
  inhabitants(server).some(({ cluster }) => cluster !== null);

export interface Standing {
  /** When it was started: milliseconds since 1970. */
  readonly since: number;
  /** Null where one may not look. */
  readonly waitsForLock: boolean | null;
  /** For SEND: bytes of the log that its client has not been sent; null for others, and where one may not look. */
  readonly behind: number | null;
}

const behindOf = ({ pid, traffic }: Inhabitant): number | null => {
  for (const [fd, path] of descriptorsOf(pid)) {
    if (fd <= 2 || !path.startsWith("/") || path.startsWith("/dev/")) continue;
    try {
      return Math.max(0, statSync(path).size - descriptionOf(pid, fd).offset) + traffic.unsent;
    } catch {
      // it is no file any more
    }
  }
  return null;
};

/** Of a stopped process nobody can tell what it would do, but not that it waits. */
const waitsForLock = (pid: number): boolean | null => {
  try {
    readFileSync(`/proc/${pid}/syscall`);
  } catch {
    return null;
  }
  return stateOf(pid) === "S" && isAsleepIn(pid, "flock");
};

/** How an inhabitant is doing. */
export const standingOf = (inhabitant: Inhabitant): Standing => ({
  since: startOf(inhabitant.pid),
  waitsForLock: waitsForLock(inhabitant.pid),
  behind: inhabitant.role === "SEND" ? behindOf(inhabitant) : null,
});
