/** Who is there when a server is at rest: a whole cluster for each client, nobody else, nothing held for nothing. */
import type { RestingProcess } from "../../model/index.ts";
import type { Findings } from "./findings.ts";
import type { Listener } from "./listener.ts";

/** How many descriptors a process of each role had when one was first seen at rest. */
export type Descriptors = Map<string, number>;

const clusterRoles = ["RECV", "SEND"];

/**
 * Judges the processes of a server at rest, where these connections are open; returns how many of them are orphans. Whether a
 * fault has hit a cluster does not matter here: it is whole, or it is gone and its client with it.
 */
export const judgeProcesses = (
  processes: readonly RestingProcess[],
  open: readonly Listener[],
  descriptors: Descriptors,
  findings: Findings,
): number => {
  const serving = new Map(open.map(({ name }) => [name, new Set<string>()]));
  let orphans = 0;
  for (const { role, connection, status, descriptors: held, pid } of processes) {
    if (status === "zombie") {
      findings.add("P16", `process ${pid} (${role || "unknown"}) has ended, and nobody reaps it`);
      continue;
    }
    const usual = descriptors.get(role) ?? held;
    descriptors.set(role, usual);
    if (held > usual)
      findings.add(
        "P12",
        `${role} (process ${pid}) has ${held} descriptors at rest; another ${role} had ${usual}`,
      );
    serving.get(connection)?.add(role);
    if (!clusterRoles.includes(role) || connection !== "") continue;
    orphans++;
    findings.add("P11", `${role} (process ${pid}) lives on without its client`);
  }
  for (const [connection, roles] of serving) {
    const missing = clusterRoles.find((role) => !roles.has(role));
    if (processes.length > 0 && missing !== undefined)
      findings.add("P11", `${connection} is connected, and nobody is its ${missing}`);
  }
  return orphans;
};
