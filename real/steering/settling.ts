/** What follows from a step takes the kernel a moment: deaths, stops, signals on their way. */
import type { Observation, ObservedProcess, ProcessName } from "../../model/index.ts";
import { type Status, statusOf } from "../kernel.ts";
import type { Link } from "./link.ts";
import type { Stage } from "./stage.ts";

/** Most looks at whether everything has happened that follows from a step; a millisecond apart, but for the first few. */
const mostLooks = 2_000;
const atOnce = 5;

export type Statuses = ReadonlyMap<Link, Status | null>;

export const statusWord = (status: Status | null): ObservedProcess["status"] | "absent" => {
  if (status === null || status.state === "X") return "absent";
  if (status.state === "Z") return "zombie";
  return status.state === "T" ? "stopped" : "running";
};

const isSettled = (link: Link, status: Status | null, { processes }: Observation): boolean => {
  const word = statusWord(status);
  if (word !== (processes[link.name as ProcessName]?.status ?? "absent")) return false;
  if (word !== "running" || status === null) return true;
  // Signals are delivered, and handlers have run, before anybody is let through: all sleep at the gate, or in their calls.
  return status.state === "S" && (status.signals.pending & ~status.signals.blocked) === 0n;
};

/** Waits until all processes are what the model says, and no signal is on its way; or for long enough. */
export const settle = (stage: Stage, expected: Observation): Statuses => {
  const links = [...stage.links.values()];
  for (let look = 0; ; look++) {
    stage.bury();
    const statuses = new Map(links.map((link) => [link, statusOf(link.pid)]));
    const isOver = [...statuses].every(([link, status]) => isSettled(link, status, expected));
    if (isOver || look === mostLooks) return statuses;
    if (look >= atOnce) stage.pause(1);
  }
};
