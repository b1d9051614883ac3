/** How processes of a server are made to end: asked at first, killed where that does not help. */
import { reap } from "../kernel.ts";
import { native, signalNumbers } from "../native.ts";
import { type Inhabitant, inhabitants, remainsOf } from "./population.ts";
import { comesTrue } from "./waiting.ts";

/** Milliseconds that a process is given to end before it is killed. */
export const grace = 3_000;

const signal = (whom: readonly Inhabitant[], name: "SIGTERM" | "SIGKILL" | "SIGCONT"): void => {
  for (const { pid } of whom) native.kill(pid, signalNumbers[name]);
};

const withRole = (server: number, role: string) => inhabitants(server).filter((one) => one.role === role);

/** Ends the daemon; the port closes with it. `isGone`: whether the anchor has taken note. */
export const endDaemon = async (server: number, isGone: () => boolean): Promise<void> => {
  signal(withRole(server, "daemon"), "SIGTERM");
  signal(withRole(server, "daemon"), "SIGCONT");
  if (await comesTrue(isGone, grace)) return;
  signal(withRole(server, "daemon"), "SIGKILL");
  await comesTrue(isGone, grace);
};

/** Has an anchor come to the gate: a daemon ends by itself when its supervisor has gone, but for one that has been stopped. */
export const callToGate = (server: number): void => {
  signal(withRole(server, "daemon"), "SIGKILL");
  signal(withRole(server, "anchor"), "SIGCONT");
};

export const endClusters = async (server: number): Promise<void> => {
  const clusters = () => inhabitants(server).filter(({ cluster }) => cluster !== null);
  signal(clusters(), "SIGTERM");
  if (await comesTrue(() => clusters().length === 0, grace)) return;
  signal(clusters(), "SIGKILL");
  await comesTrue(() => clusters().length === 0, grace);
};

/** Everything of a server, whatever state it is in. */
export const endAll = async (server: number): Promise<void> => {
  await endClusters(server);
  signal(inhabitants(server), "SIGKILL");
  await comesTrue(() => inhabitants(server).length === 0, grace);
  // Orphans of a dead anchor have come to this process, as they would to init.
  for (const pid of remainsOf(server)) reap(pid);
};
