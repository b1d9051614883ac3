/** The simulated arm: every run of a fact's protocol on the plain world, and how each of them turns out. */
import {
  type Action,
  atRest,
  type QuiescentEvent,
  settingOf,
  showResult,
  type TraceEvent,
} from "../../model/index.ts";
import { quiescentEvent } from "../../sim/quiescence.ts";
import { cellsOf, initialWorld, transitionsIn, type World, withWrites } from "../../sim/world.ts";
import type { Fact, Told } from "./fact.ts";

/** What each process has told so far. */
type Tales = Readonly<Record<string, readonly string[]>>;

const add = (tales: Tales, process: string, word: string): Tales => ({
  ...tales,
  [process]: [...(tales[process] ?? []), word],
});

const hear = (tells: readonly Told[], tales: Tales, event: TraceEvent): Tales => {
  if (event.type === "exit" && event.signal !== null)
    return add(tales, event.process, `dies of ${event.signal}`);
  if (event.type === "exit" && tells.includes("exit")) return add(tales, event.process, "exits");
  if (event.type === "fault") return add(tales, event.process, event.fault);
  if (event.type !== "return" || event.state === atRest || !tells.includes(event.request.call)) return tales;
  return add(tales, event.process, showResult(event.request.call, event.result));
};

const outcomeOf = (tells: readonly Told[], tales: Tales, end: QuiescentEvent): string => {
  let told = tales;
  for (const { name, status, state, request } of end.processes) {
    if (status === "blocked" && state !== atRest) told = add(told, name, `waits in ${request?.call}`);
    if (status === "zombie" && tells.includes("zombies")) told = add(told, name, "zombie");
  }
  const processes = Object.keys(told).sort();
  const lines = processes.map((process) => `${process}: ${told[process]?.join(", ")}`);
  return [...lines, ...(tells.includes("log") ? [`log: ${JSON.stringify(end.log)}`] : [])].join("; ");
};

const keyOf = (world: World, tales: Tales): string =>
  JSON.stringify([[...world].sort(([a], [b]) => (a < b ? -1 : 1)), Object.entries(tales).sort()]);

const mostStates = 2_000;

interface Here {
  readonly world: World;
  readonly tales: Tales;
  readonly steps: readonly Action[];
}

/** Every outcome that a fact's protocol can have, each with a shortest schedule that leads to it. */
export const schedulesOf = ({ protocol, tells }: Fact): ReadonlyMap<string, readonly Action[]> => {
  const setting = settingOf(protocol);
  const seen = new Set<string>();
  const outcomes = new Map<string, readonly Action[]>();
  const open: Here[] = [{ world: initialWorld(setting), tales: {}, steps: [] }];
  for (let here = open.shift(); here !== undefined; here = open.shift()) {
    const { world, tales, steps } = here;
    const key = keyOf(world, tales);
    if (seen.has(key)) continue;
    seen.add(key);
    if (seen.size > mostStates) throw new Error(`more than ${mostStates} states: the script is no small one`);
    const transitions = transitionsIn(setting, world);
    if (transitions.every(({ action }) => action.kind === "fault")) {
      const outcome = outcomeOf(tells, tales, quiescentEvent(setting, cellsOf(world)));
      outcomes.set(outcome, outcomes.get(outcome) ?? steps);
    }
    for (const { action, events, writes } of transitions)
      open.push({
        world: withWrites(world, writes),
        tales: events.reduce((told, event) => hear(tells, told, event), tales),
        steps: [...steps, action],
      });
  }
  return outcomes;
};

/** Every outcome that a fact's protocol can have, in order. */
export const outcomesOf = (fact: Fact): readonly string[] => [...schedulesOf(fact).keys()].sort();
