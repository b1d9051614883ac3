/** A run on real processes from beginning to end: plan, start, strikes, quiescence, verdict, and nothing left behind. */
import { rmSync } from "node:fs";
import {
  type ClientPlan,
  defaultBounds,
  Judge,
  machineFor,
  type Parameters,
  type ProcessName,
  type Property,
  type PropertyVerdict,
  type Protocol,
  type QuiescentEvent,
  type QuietProcess,
  roleOf,
  type Setting,
  type Stamped,
  splitLines,
  unneededDescriptors,
} from "../model/index.ts";
import { Harness, obstacleTo } from "./harness.ts";
import { descriptorsOf, holdsLock, parentOf, stateOf } from "./kernel.ts";
import { mergeTraces } from "./merge.ts";
import type { ProcessTrace } from "./observe.ts";
import type { Plan } from "./plan.ts";
import { makeWorkplace } from "./workplace.ts";

/** Sizes of a server that people could use. */
export const realSizes = {
  readSize: 4096,
  socketBuffer: 65536,
  lineLimit: 4096,
  tokenLength: 128,
  historySize: 1050,
};

/** The protocol's parameters for a real run: lines of history stay as the protocol has them. */
const realParameters = ({ parameters }: Protocol): Parameters => ({ ...parameters, ...realSizes });

export interface RunOptions {
  /** How the protocol was named: its id, or its file. */
  readonly reference: string;
  readonly plan: Plan;
  /** Most seconds that the run may take. */
  readonly maxSeconds: number;
  /** Told now and then how far the run is; `false` ends it. */
  readonly onProgress: (progress: RunProgress) => boolean;
  /** Whether the run's directory is kept; where this is not said: if something went wrong. */
  readonly keep?: boolean;
}

export interface RunProgress {
  readonly processes: number;
  readonly lines: number;
}

export interface ProcessesReport {
  readonly setting: Setting;
  readonly events: readonly Stamped[];
  /** Whether the run came to its quiescent end. */
  readonly complete: boolean;
  readonly properties: readonly PropertyVerdict[];
  /** What processes said when they could not go on; empty where all is well. */
  readonly complaints: string;
  readonly processes: number;
  readonly lines: number;
  /** Lines that clients received, all connections together. */
  readonly deliveries: number;
  /** Where log and traces are, or null where they were removed. */
  readonly directory: string | null;
}

const settingOfPlan = (protocol: Protocol, plan: Plan): Setting => {
  const parameters = realParameters(protocol);
  const clients = plan.clients.map(({ name, stranger, stays }): ClientPlan => {
    const lines = stays.map(({ segments }) => {
      const bytes = segments.join("");
      return splitLines(bytes.slice(parameters.tokenLength)).lines;
    });
    const [first] = stays;
    return {
      name: name as ProcessName,
      stranger,
      token: first?.segments.join("").slice(0, parameters.tokenLength) ?? "",
      lines: lines.flat(),
      stays: lines.map(({ length }) => length),
      segments: first?.segments ?? [],
    };
  });
  const honest = clients.filter(({ stranger }) => !stranger).length;
  const bounds = { ...defaultBounds, clients: honest, strangers: clients.length - honest };
  return { protocol, parameters, bounds, token: plan.token, clients, stored: "", faults: {} };
};

/** What is still to be done, each thing when the log has a number of lines. */
interface Deed {
  readonly at: number;
  readonly run: (harness: Harness) => void;
}

const deedsOf = (plan: Plan): Deed[] => {
  const clients = plan.clients.flatMap(({ name, stays }) =>
    stays.flatMap((stay, nth): Deed[] => [
      { at: stay.joinAt, run: (harness) => harness.startClient(name, nth + 1, stay) },
      ...(stay.leaveAt === null
        ? []
        : [{ at: stay.leaveAt, run: (harness: Harness) => harness.disconnect(name) }]),
    ]),
  );
  const kill =
    plan.killDaemonAt === null
      ? []
      : [{ at: plan.killDaemonAt, run: (harness: Harness) => harness.killDaemon() }];
  return [...clients, ...kill].sort((a, b) => a.at - b.at);
};

const pause = (milliseconds: number): Promise<void> => new Promise((done) => setTimeout(done, milliseconds));

/** `quiescent`: nothing can move any more. `late`: time ran out. `stopped`: whoever watches did not want to go on. */
type End = "quiescent" | "late" | "stopped";

/** Does what the plan says, each thing in its time, until nothing can move any more. */
const carryOut = async (harness: Harness, plan: Plan, options: RunOptions): Promise<End> => {
  const deeds = deedsOf(plan);
  const deadline = performance.now() + options.maxSeconds * 1000;
  for (;;) {
    const lines = harness.linesInLog();
    // Where the log does not grow any more, whatever comes next comes now.
    const due = deeds[0] !== undefined && (deeds[0].at <= lines || harness.isQuiescent());
    if (due) deeds.shift()?.run(harness);
    else if (deeds.length === 0 && harness.isQuiescent()) return "quiescent";
    else await pause(10);
    if (!options.onProgress({ processes: harness.living().length, lines })) return "stopped";
    if (performance.now() > deadline) return "late";
  }
};

const quietProcess = (
  protocol: Protocol,
  trace: ProcessTrace,
  name: ProcessName,
  names: ReadonlyMap<number, ProcessName>,
  log: string,
): QuietProcess => {
  const { pid } = trace.header;
  const parent = names.get(parentOf(pid)) ?? "";
  const state = stateOf(pid);
  if (state === "Z")
    return { name, status: "zombie", parent, state: "", request: null, holdsLock: false, unneeded: [] };
  const last = trace.records.at(-1)?.event;
  const inCall = last?.type === "call" ? last : null;
  const table =
    trace.records.findLast(({ numbers }) => numbers !== undefined)?.numbers ?? initialNumbers(trace);
  const open = descriptorsOf(pid);
  const known = new Set(Object.values(table));
  // Beyond what it knows of: connections and the log again, which nobody should hold.
  const stray = [...open].filter(
    ([fd, to]) => fd > 2 && !known.has(fd) && (to.startsWith("socket:") || to === log),
  );
  const machine = machineFor(protocol, roleOf(name));
  const unneeded =
    machine === undefined ? [] : unneededDescriptors(machine, inCall?.state ?? "", Object.keys(table));
  return {
    name,
    status: state === "T" ? "stopped" : "blocked",
    parent,
    state: inCall?.state ?? "",
    request: inCall?.request ?? null,
    holdsLock: Object.values(table).some((fd) => holdsLock(pid, fd)),
    unneeded: [...unneeded, ...stray.map(([fd, to]) => `descriptor ${fd} (${to})`)],
  };
};

const initialNumbers = ({ header }: ProcessTrace): Record<string, number> =>
  Object.fromEntries(
    Object.entries(header.configuration.descriptors).map(([name, { number }]) => [name, number]),
  );

const quiescentEvent = (harness: Harness, names: ReadonlyMap<number, ProcessName>): QuiescentEvent => {
  const { protocol, run } = harness;
  const log = harness.log();
  const living = harness.traces().filter(({ header }) => stateOf(header.pid) !== null);
  const processes = living.map((trace) =>
    quietProcess(protocol, trace, names.get(trace.header.pid) as ProcessName, names, run.log),
  );
  return { type: "quiescent", log, portOpen: harness.isPortOpen(), processes };
};

/**
 * Runs a protocol as real processes with real clients on 127.0.0.1, and judges what happened. Throws an Error where it
 * cannot be started; whatever was started is ended in any case.
 */
export const runProcesses = async (
  protocol: Protocol,
  properties: readonly Property[],
  options: RunOptions,
): Promise<ProcessesReport> => {
  const obstacle = obstacleTo(protocol);
  if (obstacle !== null) throw new Error(`${protocol.id} cannot be run as processes: ${obstacle}`);
  const setting = settingOfPlan(protocol, options.plan);
  const directory = makeWorkplace("run");
  const harness = Harness.prepare(protocol, options.reference, directory, {
    parameters: setting.parameters,
    token: options.plan.token,
    tokenTimeout: 5_000, // long enough for a busy machine to let a right token through
  });
  let finished = false;
  let keep = true;
  try {
    await harness.start(10_000);
    const end = await carryOut(harness, options.plan, options);
    const complete = end === "quiescent";
    const judge = new Judge(properties, setting);
    const processes = harness.living().length;
    const deaths = new Map(harness.deaths);
    // What still runs must not write to one trace while another one is being read.
    if (!complete) await harness.endProcesses();
    const { events, names } = mergeTraces(harness.traces(), harness.deeds, deaths);
    for (const { event } of events) judge.hear(event);
    if (complete) judge.hear(quiescentEvent(harness, names));
    const verdicts = judge.verdicts(complete);
    finished = true;
    keep =
      options.keep ??
      (end === "late" ||
        harness.complaints() !== "" ||
        verdicts.some(({ verdict }) => verdict === "violated"));
    return {
      setting,
      events,
      complete,
      properties: verdicts,
      complaints: harness.complaints(),
      processes,
      lines: harness.linesInLog(),
      deliveries: deliveriesIn(events),
      directory: keep ? directory : null,
    };
  } finally {
    await harness.end();
    if (finished && !keep) rmSync(directory, { recursive: true, force: true });
  }
};

const deliveriesIn = (events: readonly Stamped[]): number =>
  events.reduce(
    (total, { event }) =>
      event.type === "return" && roleOf(event.process) === "client" && event.result.type === "data"
        ? total + splitLines(event.result.bytes).lines.length
        : total,
    0,
  );
