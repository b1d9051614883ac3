/**
 * Puts the traces of the processes together: one sequence of events by time, with the names that the model uses. Who
 * serves whom is read off the ports of the connections.
 */
import {
  type ConnectionId,
  connectionId,
  type ExitEvent,
  indexOf,
  type ProcessName,
  processName,
  type ReturnEvent,
  type Signal,
  type Stamped,
  type TraceEvent,
} from "../model/index.ts";
import { signalName } from "./native.ts";
import type { ProcessTrace, Recorded } from "./observe.ts";

const isEvent = (event: Recorded["event"]): event is TraceEvent =>
  event.type !== "process" && event.type !== "complaint";

/** Which connection a client's port belongs to; a port may be used again, so the latest before a moment counts. */
type Ports = { readonly port: number; readonly at: number; readonly connection: ConnectionId }[];

const clientPorts = (traces: readonly ProcessTrace[]): Ports => {
  const made = traces.flatMap(({ header, records }) =>
    records.flatMap(({ at, event, sockets }) =>
      header.configuration.client !== undefined &&
      event.type === "return" &&
      event.request.call === "connect" &&
      sockets?.socket !== undefined
        ? [{ port: sockets.socket.own, at, client: header.configuration.client.name }]
        : [],
    ),
  );
  const counts = new Map<string, number>();
  // Connections are numbered as they are made; one that was refused is none.
  return made
    .sort((a, b) => a.at - b.at)
    .map(({ port, at, client }) => {
      const nth = (counts.get(client) ?? 0) + 1;
      counts.set(client, nth);
      return { port, at, connection: connectionId(indexOf(client as ProcessName), nth) };
    });
};

const connectionAt = (ports: Ports, port: number, at: number): ConnectionId | undefined => {
  // The client notes its port when connect returns, which may be a little after the server accepts.
  const found = ports.filter((entry) => entry.port === port && entry.at < at + 1e9);
  return found.sort((a, b) => b.at - a.at)[0]?.connection;
};

interface Names {
  readonly processes: ReadonlyMap<number, ProcessName>;
  /** For each process, its own names of connections and the model's. */
  readonly connections: ReadonlyMap<number, ReadonlyMap<string, string>>;
}

const nameEverything = (traces: readonly ProcessTrace[]): Names => {
  const ports = clientPorts(traces);
  const processes = new Map<number, ProcessName>();
  const connections = new Map<number, Map<string, string>>();
  const clusters = new Map<number, string>();
  const taken = new Map<string, number>();

  const nameProcess = (role: string, cluster: string): ProcessName => {
    const first = processName(role, cluster);
    const nth = (taken.get(first) ?? 0) + 1;
    taken.set(first, nth);
    if (nth === 1) return first;
    return processName(role, cluster === "" ? String(nth) : `${cluster}:${nth}`);
  };

  // Whoever is killed at once has no record of any call, but its parent comes before it all the same.
  const byStart = [...traces].sort((a, b) => a.at - b.at);
  for (const { header, at: start, records } of byStart) {
    const { client, role } = header.configuration;
    if (client !== undefined) {
      processes.set(header.pid, client.name as ProcessName);
      continue;
    }
    const peer = header.sockets.socket?.peer ?? 0;
    const cluster = clusters.get(header.pid) ?? connectionAt(ports, peer, start) ?? "";
    processes.set(header.pid, nameProcess(role, cluster));
    // Whoever accepts knows the ports best: the client may have gone when its cluster starts.
    const own = new Map<string, string>();
    connections.set(header.pid, own);
    let sockets = header.sockets;
    for (const record of records) {
      const { event, at } = record;
      sockets = record.sockets ?? sockets;
      if (event.type !== "return" || event.result.type !== "ok") continue;
      if (event.request.call === "accept") {
        const found = connectionAt(ports, sockets[event.result.name]?.peer ?? 0, at);
        if (found !== undefined) own.set(event.result.name, found);
      }
      if (event.request.call !== "spawn" && event.request.call !== "fork") continue;
      const child = Number(event.result.name.split("@")[1]);
      const from = event.request.call === "spawn" ? event.request.descriptors.socket : "socket";
      const passed = (from === undefined ? undefined : own.get(from)) ?? cluster;
      if (passed !== "") clusters.set(child, passed);
    }
  }
  return { processes, connections };
};

/** Rewrites `ROLE@PID`, `@PID` and a daemon's own names of connections, wherever they stand in an event. */
const rename = (event: TraceEvent, pid: number, { processes, connections }: Names): TraceEvent => {
  const own = connections.get(pid);
  const text = JSON.stringify(event)
    .replace(/"\w*@(\d+)"/g, (whole, number) => {
      const name = processes.get(Number(number));
      return name === undefined ? whole : JSON.stringify(name);
    })
    .replace(/"connection\[#\d+\]"/g, (whole) => {
      const found = own?.get(JSON.parse(whole));
      return found === undefined ? whole : JSON.stringify(`connection[${found}]`);
    });
  return JSON.parse(text) as TraceEvent;
};

/** That a process has ended, seen at a moment; by which signal (0: none), null where the kernel does not tell. */
export interface Death {
  readonly at: number;
  readonly signal: number | null;
}

/**
 * Whoever is killed in the middle of a spawn leaves a child behind that has all its descriptors until it has settled, as
 * under posix_spawn(3): what the dead one served is closed only then.
 */
const closedAt = (pid: number, death: Death, traces: readonly ProcessTrace[]): number =>
  Math.max(
    death.at,
    ...traces.flatMap(({ header, at }) => (header.configuration.parent === pid ? [at + 1] : [])),
  );

/** How a process ended: by exit, by a signal that the kernel or a kill in the traces tells of, or so it seems. */
const exitOf = (
  { header, records }: ProcessTrace,
  deaths: ReadonlyMap<number, Death>,
  traces: readonly ProcessTrace[],
  deeds: readonly Recorded[],
): Stamped | null => {
  const death = deaths.get(header.pid);
  if (death === undefined) return null;
  const last = records.at(-1);
  const process = `@${header.pid}` as ProcessName;
  const ended = (signal: Signal | null, at: number): Stamped => {
    const event: ExitEvent = { type: "exit", process, signal };
    return { at, event };
  };
  if (last?.event.type === "call" && last.event.request.call === "exit") return ended(null, last.at + 1);
  if (last?.event.type === "complaint") return ended(null, death.at);
  const struck = deeds.some(
    ({ event }) => "process" in event && String(event.process).endsWith(`@${header.pid}`),
  );
  if (struck) return ended("SIGKILL", closedAt(header.pid, death, traces));
  if (death.signal !== null) return ended(death.signal === 0 ? null : signalName(death.signal), death.at);
  const killed = traces.some((other) =>
    other.records.some(
      ({ event }) =>
        event.type === "call" &&
        event.request.call === "kill" &&
        event.request.process.endsWith(`@${header.pid}`),
    ),
  );
  return ended(killed ? "SIGTERM" : "SIGUSR1", death.at);
};

/** All events of a run, by time, with their right names; and the names that the processes have been given. */
export const mergeTraces = (
  traces: readonly ProcessTrace[],
  deeds: readonly Recorded[],
  deaths: ReadonlyMap<number, Death>,
): { readonly events: readonly Stamped[]; readonly names: ReadonlyMap<number, ProcessName> } => {
  const names = nameEverything(traces);
  const ofProcesses = traces.flatMap((trace) => {
    const own = trace.records.flatMap(({ at, event }) => (isEvent(event) ? [{ at, event }] : []));
    const exit =
      trace.header.configuration.client === undefined ? exitOf(trace, deaths, traces, deeds) : null;
    return [...own, ...(exit === null ? [] : [exit])].map(({ at, event }) => ({
      at,
      event: rename(event, trace.header.pid, names),
    }));
  });
  const ofHarness = deeds.flatMap(({ at, event }) =>
    isEvent(event) ? [{ at, event: rename(event, 0, names) }] : [],
  );
  const events = [...ofProcesses, ...ofHarness].sort((a, b) => a.at - b.at);
  return { events: inLogOrder(events), names: names.processes };
};

type Write = Stamped & { readonly event: ReturnEvent };

const placeOf = ({ event }: Stamped): { from: number; to: number } | null => {
  if (event.type !== "return" || event.request.call !== "write") return null;
  const { result } = event;
  if (result.type !== "ok" && result.type !== "short") return null;
  return result.at === undefined ? null : { from: result.at, to: result.at + result.value };
};

/**
 * Two writes whose intervals overlap may return in another order than the log has them in. Where one returns that stands
 * behind another's place, the other one's bytes were there before: that is said at once, as progress of a call still
 * under way, so that a consistent order is kept to.
 */
const inLogOrder = (events: readonly Stamped[]): Stamped[] => {
  const calledAt = new Map<ProcessName, number>();
  const under: (Write & { readonly called: number })[] = [];
  for (const stamped of events) {
    const { event, at } = stamped;
    if (event.type === "call") calledAt.set(event.process, at);
    if (event.type === "return" && placeOf(stamped) !== null)
      under.push({ at, event, called: calledAt.get(event.process) ?? at });
  }
  return events.flatMap((stamped): Stamped[] => {
    const place = placeOf(stamped);
    if (place === null) return [stamped];
    const before = under
      .filter((other) => other.called < stamped.at && other.at > stamped.at)
      .filter((other) => (placeOf(other)?.from ?? place.from) < place.from)
      .map((other): Stamped => {
        const { process, request } = other.event;
        const { from, to } = placeOf(other) ?? place;
        const bytes = request.call === "write" ? request.bytes.slice(0, to - from) : "";
        return { at: stamped.at, event: { type: "progress", process, request, bytes, at: from } };
      });
    return [...before, stamped];
  });
};
