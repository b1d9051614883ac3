/** What the simulated kernel predicts of a schedule, step by step, for whoever holds a real kernel against it. */
import {
  type Action,
  byName,
  type Expectation,
  hasTag,
  holdersOf,
  type LocalState,
  type Observation,
  type ObservedDescriptor,
  type ObservedProcess,
  type ObservedSignal,
  type PredictedStep,
  type Prediction,
  type ProcessName,
  react,
  roleOf,
  type Setting,
  type Signal,
  type SignalContext,
  showAction,
  showRequest,
  signalsOf,
  startMachine,
  unseenSignals,
  type Waking,
} from "../model/index.ts";
import {
  type Cells,
  descriptionCell,
  dueSignal,
  fileCell,
  groupCell,
  kernelOn,
  lockCell,
  movedCell,
  offsetCell,
  portCell,
  processCell,
  requestNow,
  rosterCell,
  signalCell,
  wouldInterrupt,
} from "./kernel/index.ts";
import { Simulation } from "./simulation.ts";

const descriptorOf = (cells: Cells, id: string): ObservedDescriptor => {
  const object = cells.get(descriptionCell(id))?.object;
  if (object?.kind !== "file") return { kind: object?.kind ?? "socket" };
  const { path } = object;
  const writing = cells.get(fileCell(path))?.writing;
  const isMoving = writing !== null && writing !== undefined && writing.description === id;
  const offset = isMoving
    ? writing.at + (cells.get(movedCell(writing.process)) ?? 0)
    : (cells.get(offsetCell(id)) ?? 0);
  return { kind: "file", path, offset, lock: holdersOf(cells.get(lockCell(path))?.context)[id] ?? null };
};

const signalOf = ({ protocol }: Setting, cells: Cells, name: ProcessName, signal: Signal): ObservedSignal => {
  const quiet = startMachine(protocol.signal, { disposition: { kind: "default" } });
  const kept = cells.get(signalCell(name, signal)) ?? quiet;
  // A handler that is due has run before anybody can look.
  const local: LocalState = hasTag(protocol.signal, kept.state, "caught")
    ? react(protocol.signal, kept, { type: "handled" })
    : kept;
  const { disposition } = local.context as unknown as SignalContext;
  const has = (tag: "blocked" | "pending" | "fatal") => hasTag(protocol.signal, local.state, tag);
  return { disposition: disposition.kind, blocked: has("blocked"), pending: has("pending") || has("fatal") };
};

const isGone = (cells: Cells, name: ProcessName): boolean =>
  (cells.get(processCell(name))?.status ?? "zombie") === "zombie";

const processIn = (setting: Setting, cells: Cells, name: ProcessName): ObservedProcess => {
  const process = cells.get(processCell(name));
  if (process === null) throw new Error(`internal: ${name} is in the roster but not in the world`);
  const { status, parent, group, descriptors } = process;
  const isClient = roleOf(name) === "client";
  const members = isClient ? [] : (cells.get(groupCell(group))?.members ?? []);
  const used = isClient || status === "zombie" ? [] : signalsOf(setting.protocol).used;
  const request = status === "zombie" ? undefined : requestNow(kernelOn(setting, cells), name);
  return {
    status,
    call: request === undefined ? "" : showRequest(request),
    // Whoever has ended has left its children to init, also before it is reaped itself.
    parent: parent === "" || isGone(cells, parent) ? "" : parent,
    group: [...members].sort(byName),
    descriptors: Object.fromEntries(
      Object.entries(descriptors).map(([fd, id]) => [fd, descriptorOf(cells, id)]),
    ),
    signals: Object.fromEntries(
      used
        .filter((signal) => !unseenSignals.has(signal))
        .map((signal) => [signal, signalOf(setting, cells, name, signal)] as const)
        // When the handler of a stopped process runs, nobody can tell: for the model it may have run already.
        .filter(([, { disposition }]) => status === "running" || disposition !== "handler"),
    ),
  };
};

/** What the simulated kernel says of the world. */
export const observe = (setting: Setting, cells: Cells): Observation => {
  const names = cells.get(rosterCell) ?? [];
  return {
    processes: Object.fromEntries(names.map((name) => [name, processIn(setting, cells, name)])),
    files: { log: cells.get(fileCell("log"))?.content ?? "" },
    portOpen: cells.get(portCell)?.listener !== "",
  };
};

const expectationIn = ({ setting, cells }: Simulation): Expectation => {
  const kernel = kernelOn(setting, cells);
  const running = (cells.get(rosterCell) ?? []).filter(
    (name) => cells.get(processCell(name))?.status === "running",
  );
  return {
    after: observe(setting, cells),
    blocked: new Set(running.filter((name) => kernel.isBlocked(name))),
    due: new Set(running.filter((name) => dueSignal(kernel, name) !== undefined)),
  };
};

/** What signals would do to those who wait. */
const wakingsIn = ({ setting, cells }: Simulation, blocked: ReadonlySet<ProcessName>): Waking[] =>
  [...blocked].flatMap((process) =>
    signalsOf(setting.protocol).caught.flatMap((signal): Waking[] => {
      const interrupts = wouldInterrupt(kernelOn(setting, cells), process, signal);
      return interrupts === null ? [] : [{ process, signal, interrupts }];
    }),
  );

/** Follows a schedule to the letter. Throws an Error that names the first step which is not enabled. */
export const predict = (setting: Setting, schedule: readonly Action[]): Prediction => {
  const simulation = new Simulation(setting);
  const start = expectationIn(simulation);
  const steps = schedule.map((action): PredictedStep => {
    const found = simulation.find(action);
    if (found === undefined) throw new Error(`not enabled here: ${showAction(action)}`);
    const events = simulation.take(found);
    return { action, events, ...expectationIn(simulation) };
  });
  const isOver = simulation.isQuiescent;
  return {
    start,
    steps,
    end: isOver ? simulation.quiescentEvent() : null,
    wakings: isOver ? wakingsIn(simulation, (steps.at(-1) ?? start).blocked) : [],
  };
};
