/** The event that ends a trace when nothing can move any more: the whole world as the properties may see it. */
import {
  holdersOf,
  machineFor,
  type ProcessName,
  type QuiescentEvent,
  type QuietProcess,
  type Setting,
  unneededDescriptors,
} from "../model/index.ts";
import {
  type Cells,
  contextCell,
  descriptionCell,
  fileCell,
  kernelOn,
  lockCell,
  portCell,
  processCell,
  requestNow,
  rosterCell,
  stateCell,
} from "./kernel/index.ts";

const quietProcess = (setting: Setting, cells: Cells, name: ProcessName): QuietProcess => {
  const process = cells.get(processCell(name));
  const state = cells.get(stateCell(name));
  if (process === null) throw new Error(`internal: ${name} is in the roster but not in the world`);
  const { parent, descriptors } = process;
  if (state === null)
    return { name, status: "zombie", parent, state: "", request: null, holdsLock: false, unneeded: [] };
  const machine = machineFor(setting.protocol, process.role);
  if (machine === undefined) throw new Error(`internal: ${name} runs without a machine`);
  /** Whether an open file description holds the lock of its file, the log or another one. */
  const holds = (id: string): boolean => {
    const object = cells.get(descriptionCell(id))?.object;
    return object?.kind === "file" && id in holdersOf(cells.get(lockCell(object.path))?.context);
  };
  return {
    name,
    status: process.status === "stopped" ? "stopped" : "blocked",
    parent,
    state,
    request: requestNow(kernelOn(setting, cells), name) ?? null,
    holdsLock: Object.values(descriptors).some(holds),
    unneeded: unneededDescriptors(
      machine,
      state,
      Object.keys(descriptors),
      cells.get(contextCell(name)) ?? {},
    ),
  };
};

export const quiescentEvent = (setting: Setting, cells: Cells): QuiescentEvent => ({
  type: "quiescent",
  log: cells.get(fileCell("log"))?.content ?? "",
  portOpen: cells.get(portCell)?.listener !== "",
  processes: (cells.get(rosterCell) ?? []).map((name) => quietProcess(setting, cells, name)),
});
