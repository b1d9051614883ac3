/** What can happen next to a process such that its record is kept to. */
import { type Action, type ProcessName, type Setting, startMachine } from "../../model/index.ts";
import {
  type Cells,
  contextCell,
  foreignMove,
  kernelOn,
  movedCell,
  processCell,
  requestNow,
  stateCell,
  type Value,
} from "../kernel/index.ts";
import { callsOf, faultsTo, perform, type Transition } from "../transition.ts";
import { sameResult } from "./agreement.ts";
import { type AllowanceName, allowanceFor } from "./allowances.ts";
import { inputOfStay } from "./alone.ts";
import type { CallEntry, Entry, FaultEntry, StayEntry } from "./intervals.ts";

export interface Option {
  readonly track: number;
  /** It cannot have happened before. */
  readonly from: number;
  /** How many entries of the track are accounted for by it; none where a call goes on. */
  readonly takes: number;
  /** What happens in the world; null where nothing does. */
  readonly transition: Transition | null;
  readonly allowance: AllowanceName | null;
}

/** The front of a track: whose it is, and what the record says. */
interface Place {
  readonly track: number;
  readonly process: ProcessName;
  readonly entries: readonly Entry[];
}

/** What a process can do next, and must be asked with the cells of the world as it stands. */
type Ask = { readonly setting: Setting; readonly cells: Cells; readonly process: ProcessName };

type Found = Omit<Option, "track" | "from">;

/** Whether a transition is the end of a call: it returned, or it was exit. */
const completes = ({ events }: Transition, process: ProcessName, { request }: CallEntry): boolean =>
  events.some(
    (event) =>
      (event.type === "return" && event.process === process) ||
      (request.call === "exit" && event.type === "exit" && event.process === process),
  );

const agrees = ({ events }: Transition, process: ProcessName, { result }: CallEntry): boolean =>
  result === null ||
  events.some(
    (event) => event.type === "return" && event.process === process && sameResult(result, event.result),
  );

const ofCall = ({ setting, cells, process }: Ask, entry: CallEntry): Found[] => {
  if (cells.get(stateCell(process)) !== entry.state) return [];
  return callsOf(setting, cells, process).flatMap((transition): Found[] => {
    const done = completes(transition, process, entry);
    if (done && !agrees(transition, process, entry)) return [];
    return [{ takes: done ? 1 : 0, transition, allowance: null }];
  });
};

const byAllowance = ({ setting, cells, process }: Ask, { state, result }: CallEntry): Found[] => {
  const kernel = kernelOn(setting, cells);
  const request = requestNow(kernel, process);
  const isRunning = cells.get(processCell(process))?.status === "running";
  if (!isRunning || request === undefined || result === null || cells.get(stateCell(process)) !== state)
    return [];
  const allowed = allowanceFor(kernel, process, request, result);
  const move = allowed && foreignMove(kernel, process, allowed.choice);
  if (!move) return [];
  const transition = perform(setting, cells, move, "call");
  return [{ takes: 1, transition, allowance: allowed.name }];
};

const ofFault = ({ setting, cells, process }: Ask, { fault }: FaultEntry): Found[] => {
  const isThere = cells.get(processCell(process)) !== null;
  const found = isThere ? faultsTo(setting, cells, process, fault) : [];
  // A client that was not connected has nothing to lose.
  if (found.length === 0 && fault === "disconnect") return [{ takes: 1, transition: null, allowance: null }];
  return found.map((transition) => ({ takes: 1, transition, allowance: null }));
};

const ofStay = ({ setting, cells, process }: Ask, entry: StayEntry): Found[] => {
  const self = cells.get(processCell(process));
  if (self === null || "socket" in self.descriptors) return [];
  const { state, context } = startMachine(setting.protocol.client, inputOfStay(setting, process, entry));
  const action: Action = { kind: "fault", process, call: "return", outcome: "" };
  const writes = new Map<string, Value>([
    [stateCell(process).name, state],
    [contextCell(process).name, context as Value],
    [movedCell(process).name, null],
  ]);
  return [{ takes: 1, transition: { action, events: [], reactions: [], writes }, allowance: null }];
};

const ofEntry = (ask: Ask, entry: Entry, allowing: boolean): Found[] => {
  if (entry.kind === "call") return allowing ? byAllowance(ask, entry) : ofCall(ask, entry);
  if (allowing) return [];
  if (entry.kind === "fault") return ofFault(ask, entry);
  if (entry.kind === "stay") return ofStay(ask, entry);
  ask.cells.get(processCell(ask.process)); // whoever kills it is what this waits for
  return [];
};

/** Whether an entry may be passed over: a call that never returned may have had no effect. */
const isOptional = (entry: Entry | undefined): boolean => entry?.kind === "call" && entry.result === null;

/** A handler runs before the call that it is said of, at any moment since the last one. */
const isBetweenCalls = ({ takes, transition }: Found): boolean =>
  takes === 0 && transition?.action.outcome.startsWith("handles ") === true;

/** What can happen at one place of a track: by the model or, if so asked, by an allowance. */
export const optionsAt = (
  setting: Setting,
  cells: Cells,
  { track, process, entries }: Place,
  place: number,
  allowing: boolean,
): Option[] => {
  const ask: Ask = { setting, cells, process };
  const at = (entry: Entry | undefined, passed: number): Option[] =>
    entry === undefined
      ? []
      : ofEntry(ask, entry, allowing).map((found) => ({
          ...found,
          takes: found.takes + passed,
          track,
          from: isBetweenCalls(found) ? 0 : entry.from,
        }));
  const entry = entries[place];
  return isOptional(entry) ? [...at(entries[place + 1], 1), ...at(entry, 0)] : at(entry, 0);
};
