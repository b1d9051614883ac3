/**
 * Each process by itself: given the results that it got, did it make the calls that its machine names? Machines are
 * deterministic, so no order of events could mend what does not agree here.
 */
import {
  advance,
  type LocalState,
  type MachineInput,
  MissingEdge,
  machineFor,
  type ProcessName,
  requestOf,
  roleOf,
  type Setting,
  showRequest,
  startMachine,
} from "../../model/index.ts";
import { sameRequest } from "./agreement.ts";
import { type Entry, stayFrom, type Track } from "./intervals.ts";
import type { Misfit } from "./misfit.ts";

/** What a process's machine is told at its start. A client sends what the setting says, in the manner that the trace shows. */
export const inputOf = (setting: Setting, { process, entries }: Track): MachineInput => {
  const { parameters, clients } = setting;
  const { token, segments } = clients.find(({ name }) => name === process) ?? {
    token: setting.token,
    segments: [],
  };
  if (roleOf(process) !== "client") return { parameters, token, segments };
  return { parameters, token, segments, paced: stayFrom(entries, 0).paced };
};

/** How a client begins a later stay. */
export const inputOfStay = (
  setting: Setting,
  process: ProcessName,
  { segments, paced }: Pick<MachineInput, "segments" | "paced">,
): MachineInput => {
  const token = setting.clients.find(({ name }) => name === process)?.token ?? setting.token;
  return { parameters: setting.parameters, token, segments, paced: paced ?? false };
};

/** The first thing that a process did otherwise than its machine; null where there is none. */
const misfitOf = (setting: Setting, track: Track): Misfit | null => {
  const { process } = track;
  const machine = machineFor(setting.protocol, roleOf(process));
  const misfit = (at: number, { event }: Pick<Entry, "event">, because: string): Misfit => ({
    ...{ at, event, process, because },
    allows: [],
  });
  const [first] = track.entries;
  if (machine === undefined)
    return first === undefined ? null : misfit(first.from, first, "the protocol has no such role");
  let local: LocalState = startMachine(machine, inputOf(setting, track));
  for (const entry of track.entries) {
    if (entry.kind === "stay") local = startMachine(machine, inputOfStay(setting, process, entry));
    if (entry.kind === "fault" && entry.fault === "disconnect")
      local = advance(machine, local, { type: "disconnect" });
    if (entry.kind !== "call") continue;
    const named = requestOf(machine, local, setting.parameters);
    if (named === undefined || local.state !== entry.state || !sameRequest(entry.request, named)) {
      const call = named === undefined ? "nothing" : showRequest(named);
      const { state, request, from } = entry;
      const event = { type: "call", process, state, request } as const;
      return misfit(from, { event }, `its machine, in state “${local.state}”, names ${call}`);
    }
    if (entry.result === null) continue;
    try {
      local = advance(machine, local, entry.result);
    } catch (error) {
      if (error instanceof MissingEdge) return misfit(entry.to, entry, error.message);
      throw error;
    }
  }
  return null;
};

/** The earliest one of all processes. */
export const firstAlone = (setting: Setting, tracks: readonly Track[]): Misfit | null =>
  tracks.flatMap((track) => misfitOf(setting, track) ?? []).sort((a, b) => a.at - b.at)[0] ?? null;
