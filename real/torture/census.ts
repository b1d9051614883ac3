/** Who there is: the processes of a server, whom they serve, what they hold, and how much memory they have. */
import { readFileSync } from "node:fs";
import type { ConnectionName, RestingProcess } from "../../model/index.ts";
import { descriptorsOf, processIds, reap, sessionOf, stateOf } from "../kernel.ts";
import { inhabitants } from "../server/index.ts";
import type { Victim } from "./plan.ts";

/** Connections by the client's own port. */
export type Connections = ReadonlyMap<number, ConnectionName>;

const portIn = (peer: string): number => Number(peer.slice(peer.lastIndexOf(":") + 1));

/** The process that is meant, if there is one. */
export const findVictim = (
  anchors: ReadonlySet<number>,
  victim: Victim,
  portOf: (client: number) => number | undefined,
): number | undefined => {
  const all = [...anchors].flatMap((anchor) => inhabitants(anchor));
  if (!("client" in victim)) return all.findLast(({ role }) => role === victim.role)?.pid;
  const port = portOf(victim.client);
  return all.find(
    ({ role, cluster }) => role === victim.role && cluster !== null && portIn(cluster.peer) === port,
  )?.pid;
};

const statusOf = (pid: number): RestingProcess["status"] | null => {
  const state = stateOf(pid);
  if (state === null || state === "X") return null;
  if (state === "S") return "asleep";
  return state === "Z" ? "zombie" : state === "T" || state === "t" ? "stopped" : "busy";
};

/** All processes of a server, zombies included; but not those that have come to us, as they would to init: we reap them. */
export const takeCensus = (anchors: ReadonlySet<number>, connections: Connections): RestingProcess[] => {
  const known = new Map([...anchors].flatMap((anchor) => inhabitants(anchor)).map((one) => [one.pid, one]));
  return processIds()
    .filter((pid) => anchors.has(sessionOf(pid)))
    .flatMap((pid) => {
      if (stateOf(pid) === "Z") reap(pid);
      const status = statusOf(pid);
      if (status === null) return [];
      const { role = "", cluster } = known.get(pid) ?? {};
      const connection = cluster ? (connections.get(portIn(cluster.peer)) ?? "") : "";
      return [{ pid, role, connection, status, descriptors: descriptorsOf(pid).size }];
    });
};

/** The memory of a process, its part of what it shares included (PSS), in KiB; 0 where it has gone. */
const memoryOf = (pid: number): number => {
  try {
    return Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "latin1"))?.[1] ?? 0);
  } catch {
    return 0;
  }
};

/** What the processes of one role hold at a rest. */
export interface RoleSample {
  readonly role: string;
  readonly processes: number;
  readonly mostDescriptors: number;
  /** KiB of PSS, on average and at most. */
  readonly memory: number;
  readonly mostMemory: number;
}

export const sampleRoles = (processes: readonly RestingProcess[]): RoleSample[] =>
  ["anchor", "daemon", "RECV", "SEND"].flatMap((role) => {
    const own = processes.filter((process) => process.role === role && process.status !== "zombie");
    if (own.length === 0) return [];
    const memory = own.map(({ pid }) => memoryOf(pid));
    const mostDescriptors = Math.max(...own.map(({ descriptors }) => descriptors));
    const average = Math.round(memory.reduce((sum, one) => sum + one, 0) / own.length);
    return [
      { role, processes: own.length, mostDescriptors, memory: average, mostMemory: Math.max(...memory) },
    ];
  });
