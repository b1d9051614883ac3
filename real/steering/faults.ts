/** Faults on real processes: each by the signal that brings it about, those of clients by their own doing. */
import { match } from "ts-pattern";
import {
  type ExitEvent,
  type Expectation,
  type FaultEvent,
  type PredictedStep,
  type ProcessName,
  roleOf,
  type TraceEvent,
} from "../../model/index.ts";
import { stateOf } from "../kernel.ts";
import { Diverged } from "./divergence.ts";
import type { Link } from "./link.ts";
import type { Stage } from "./stage.ts";

const command = (stage: Stage, link: Link, what: "disconnect" | "return"): void => {
  // A client that has been stopped is woken for it; at the gate it does nothing else.
  const isStopped = stateOf(link.pid) === "T";
  if (isStopped) stage.strike(link, "SIGCONT");
  link.order({ order: "command", command: what });
  const heard = link.hear(Number.POSITIVE_INFINITY);
  if (heard.type !== "report" || heard.report.report !== "stands")
    throw new Diverged(`${link.name} does not ${what}`);
  link.standing = heard.report;
  if (isStopped) stage.strike(link, "SIGSTOP");
};

/** Kills the daemon; where the model has nobody who starts it again, somebody else does. */
const restart = (stage: Stage, link: Link, { after }: PredictedStep, before: Expectation): void => {
  stage.strike(link, "SIGKILL");
  link.awaitEnd();
  const names = Object.keys(after.processes) as ProcessName[];
  for (const name of names.filter((one) => before.after.processes[one] === undefined))
    stage.begin(name, roleOf(name), name);
};

/** Lets a fault strike; returns what the trace says of it. */
export const strike = (stage: Stage, step: PredictedStep, before: Expectation): readonly TraceEvent[] => {
  const { action, events } = step;
  const link = stage.links.get(action.process);
  if (link === undefined) throw new Diverged(`there is no ${action.process}`);
  const fault = action.call as FaultEvent["fault"];
  match(fault)
    .with("crash", () => stage.strike(link, "SIGKILL"))
    .with("stop", "never-reads", () => stage.strike(link, "SIGSTOP"))
    .with("cont", () => stage.strike(link, "SIGCONT"))
    .with("daemon-restart", () => restart(stage, link, step, before))
    .with("disconnect", "return", (what) => command(stage, link, what))
    .with("short-write", "disk-full", () => undefined) // outcomes of a write
    .exhaustive();
  const ended = events.filter((event): event is ExitEvent => event.type === "exit");
  return [{ type: "fault", fault, process: action.process }, ...ended];
};
