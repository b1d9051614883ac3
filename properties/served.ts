/** Whom the server owes something. */
import type { ClientPlan, QuiescentEvent, Seen } from "../model/index.ts";
import { cluster, connectionOf, isLockFrozen, reception, serves } from "./observers.ts";

/** Whether the server still owes this client anything: it is connected, reads, and no fault has hit its cluster. */
export const isServed = (client: ClientPlan, event: QuiescentEvent, seen: Seen): boolean => {
  const received = seen.get(reception, client.name);
  if (client.stranger || received.state !== "open") return false;
  if (seen.get(cluster, connectionOf(client.name, received)) !== "open") return false;
  const own = event.processes.filter(({ name }) => name === client.name || serves(name, client.name));
  return own.every(({ status }) => status !== "stopped") && !isLockFrozen(event);
};
