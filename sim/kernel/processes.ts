/** Processes: start, spawn, fork, groups, death, and who reaps whom. */
import {
  byName,
  type DescriptorName,
  type Held,
  type InitialProcess,
  metaOf,
  ok,
  type ProcessName,
  type Protocol,
  processName,
  type RequestFor,
  type Signal,
  startMachine,
} from "../../model/index.ts";
import {
  childrenCell,
  contextCell,
  descriptionCell,
  groupCell,
  movedCell,
  processCell,
  rosterCell,
  startedCell,
  streamCell,
  zombiesCell,
} from "./cells.ts";
import { closeDescriptor } from "./closing.ts";
import { openDescription, refer } from "./descriptors.ts";
import { abandonWrite } from "./files.ts";
import { type Choice, fail, type Kernel, machineOf, must, processOf, setLocal, update } from "./kernel.ts";
import { membersOf, orphanedBy } from "./orphans.ts";
import { deliver, disposition, fatalSignal, forgetSignals, inheritSignals, presetSignal } from "./signals.ts";
import { connectionBehind, openStreams } from "./sockets.ts";

/** A role's machine, at its start. */
const startExecution = (kernel: Kernel, name: ProcessName, role: string): void => {
  const { parameters, clients, ...session } = kernel.setting;
  // A client knows the token that it shows, and a stranger no other, also when it comes back.
  const { token, segments } = clients.find((client) => client.name === name) ?? {
    token: session.token,
    segments: [],
  };
  const local = startMachine(machineOf(kernel, name, role), { parameters, token, segments });
  setLocal(kernel, name, local);
};

const join = (kernel: Kernel, name: ProcessName, group: string, session: string): void => {
  const members = kernel.cells.get(groupCell(group))?.members ?? [];
  kernel.cells.set(groupCell(group), { session, members: [...members, name].sort(byName) });
};

const quit = (kernel: Kernel, name: ProcessName, group: string): void => {
  const { session, members } = must(kernel, groupCell(group));
  const left = members.filter((member) => member !== name);
  // A group without members is gone for good.
  kernel.cells.set(groupCell(group), left.length === 0 ? null : { session, members: left });
};

const enroll = (kernel: Kernel, name: ProcessName): void =>
  kernel.cells.set(rosterCell, [...(kernel.cells.get(rosterCell) ?? []), name].sort(byName));

/** How many children of a process live changes by one. */
const countChild = (kernel: Kernel, parent: ProcessName, change: 1 | -1): void => {
  const living = (kernel.cells.get(childrenCell(parent)) ?? 0) + change;
  kernel.cells.set(childrenCell(parent), living === 0 ? null : living);
};

/** Where nobody ever moves to another group, nothing can tell who leads a session: then alike processes are alike. */
const movesGroups = ({ machines }: Protocol): boolean =>
  Object.values(machines).some((machine) =>
    Object.keys(machine.states).some((state) => metaOf(machine, state)?.call.call === "setpgid"),
  );

/** Of the processes that are there at the start, the first of a session leads it; an operator's has a session of its own. */
const leadsSession = (kernel: Kernel, how: InitialProcess): boolean => {
  if (!movesGroups(kernel.setting.protocol)) return false;
  const first = kernel.setting.protocol.start.find(({ session }) => session === how.session);
  return first === undefined || first === how;
};

/** A process that was not started by another one: it is there at the start of the world, or an operator starts it. */
export const startProcess = (kernel: Kernel, name: ProcessName, how: InitialProcess): void => {
  const { role, group, session, index = "", holds = {}, signals = [] } = how;
  kernel.cells.set(processCell(name), {
    ...{ role, cluster: index, status: "running", parent: "", group, session },
    leader: leadsSession(kernel, how),
    descriptors: {},
  });
  enroll(kernel, name);
  join(kernel, name, group, session);
  for (const { signal, ...preset } of signals) presetSignal(kernel, name, signal, preset);
  for (const [fd, held] of Object.entries(holds)) hold(kernel, name, fd, held);
  startExecution(kernel, name, role);
};

const hold = (kernel: Kernel, name: ProcessName, fd: DescriptorName, held: Held): void => {
  if ("socket" in held) {
    const [input, output] = [`${name}.${fd}.in`, `${name}.${fd}.out`];
    openStreams(kernel, input, output);
    kernel.cells.set(streamCell(input), { bytes: held.socket, writer: "open", reader: "open" });
    openDescription(kernel, name, fd, { kind: "socket", connection: "", input, output });
    return;
  }
  const { file: path, append, shared } = held;
  if (shared !== undefined && kernel.cells.get(descriptionCell(shared)) !== null)
    return refer(kernel, name, fd, shared);
  openDescription(kernel, name, fd, { kind: "file", path, access: "write", append }, shared);
};

/** The name of the next process of a role with an index: `RECV[1]`, `daemon`, then `daemon[2]`, `RECV[1:2]`. */
export const nextName = (kernel: Kernel, role: string, index: string): ProcessName => {
  const first = processName(role, index);
  const nameOf = (nth: number): ProcessName =>
    nth === 1 ? first : processName(role, index === "" ? String(nth) : `${index}:${nth}`);
  if (kernel.setting.bounds.endless === true) return freeName(kernel, nameOf);
  const nth = (kernel.cells.get(startedCell(first)) ?? 0) + 1;
  kernel.cells.set(startedCell(first), nth);
  return nameOf(nth);
};

/** Whether anything in the world still says a name: another process, the context of a machine, a socket. */
const isSaid = (kernel: Kernel, name: ProcessName): boolean =>
  [`${name}.up`, `${name}.down`].some((stream) => kernel.cells.get(streamCell(stream)) !== null) ||
  kernel.cells.get(groupCell(name)) !== null ||
  (kernel.cells.get(rosterCell) ?? []).some((other) => {
    const { parent, session } = processOf(kernel, other);
    const context = JSON.stringify(kernel.cells.get(contextCell(other)));
    return other === name || parent === name || session === name || context.includes(JSON.stringify(name));
  });

/** In an environment that never ends, names are used again: a fresh one would mean the same, and there is no end of them. */
const freeName = (kernel: Kernel, nameOf: (nth: number) => ProcessName): ProcessName => {
  for (let nth = 1; ; nth++) if (!isSaid(kernel, nameOf(nth))) return nameOf(nth);
};

const startChild = (
  kernel: Kernel,
  parent: ProcessName,
  role: string,
  descriptors: Readonly<Record<string, string>>,
  how: { exec: boolean; group: "inherit" | "own"; lifeline: string; block: readonly Signal[] },
): ProcessName => {
  const { group: parentGroup, session, descriptors: held, cluster: ownCluster } = processOf(kernel, parent);
  const ids = Object.entries(descriptors).map(([fd, from]): [string, string] => [
    fd,
    held[from] ?? fail(kernel, parent, `it hands over “${from}”, a descriptor that it does not have`),
  ]);
  const connections = ids.map(([, id]) => connectionBehind(kernel, id));
  const cluster = ownCluster || (connections.find((connection) => connection !== "") ?? "");
  const name = nextName(kernel, role, cluster);
  const group = how.group === "own" ? name : parentGroup;
  kernel.cells.set(processCell(name), {
    ...{ role, cluster, status: "running", parent, group, session, leader: false },
    descriptors: {},
  });
  enroll(kernel, name);
  countChild(kernel, parent, 1);
  join(kernel, name, group, session);
  inheritSignals(kernel, parent, name, how);
  for (const [fd, id] of ids) refer(kernel, name, fd, id);
  if (how.lifeline !== "") {
    const [up, down] = [`${name}.up`, `${name}.down`];
    openStreams(kernel, up, down);
    openDescription(kernel, parent, how.lifeline, {
      kind: "socket",
      connection: "",
      input: up,
      output: down,
    });
    openDescription(kernel, name, how.lifeline, { kind: "socket", connection: "", input: down, output: up });
  }
  startExecution(kernel, name, role);
  return name;
};

export const spawnChoices = (
  _: Kernel,
  process: ProcessName,
  request: RequestFor<"spawn">,
): readonly Choice[] => [
  {
    run: (kernel) => {
      const { role, descriptors, lifeline, group, block } = request;
      return ok(0, startChild(kernel, process, role, descriptors, { exec: true, group, lifeline, block }));
    },
  },
];

export const forkChoices = (
  kernel: Kernel,
  process: ProcessName,
  request: RequestFor<"fork">,
): readonly Choice[] => {
  const all = Object.keys(processOf(kernel, process).descriptors).map((fd) => [fd, fd]);
  const how = { exec: false, group: "inherit", lifeline: "", block: [] } as const;
  return [
    {
      run: (k) => ok(0, startChild(k, process, request.role, Object.fromEntries(all), how)),
    },
  ];
};

export const setpgidChoices = (
  kernel: Kernel,
  process: ProcessName,
  request: RequestFor<"setpgid">,
): readonly Choice[] => {
  const self = processOf(kernel, process);
  const group = kernel.cells.get(groupCell(request.group));
  // A process may lead a group of its own at any time, but one that leads its session stays where it is.
  const isFree = request.group === process || group?.session === self.session;
  if (self.leader || !isFree) return [{ run: () => ({ type: "EPERM" }) }];
  return [
    {
      run: (k) => {
        if (self.group === request.group) return ok();
        quit(k, process, self.group);
        join(k, process, request.group, self.session);
        update(k, processCell(process), { group: request.group });
        return ok();
      },
    },
  ];
};

/** The last trace of a process goes: its parent (or init) has taken note of its death. */
const bury = (kernel: Kernel, name: ProcessName): void => {
  quit(kernel, name, processOf(kernel, name).group);
  kernel.cells.set(processCell(name), null);
  kernel.cells.set(
    rosterCell,
    must(kernel, rosterCell).filter((member) => member !== name),
  );
};

const isAlive = (kernel: Kernel, name: ProcessName | ""): name is ProcessName => {
  const found = name === "" ? null : kernel.cells.get(processCell(name));
  return found !== null && found.status !== "zombie";
};

/** A stopped process goes on; what was sent to it meanwhile is delivered now. */
export const goOn = (kernel: Kernel, process: ProcessName): void => {
  if (processOf(kernel, process).status !== "stopped") return;
  update(kernel, processCell(process), { status: "running" });
  const signal = fatalSignal(kernel, process);
  if (signal === undefined) return;
  kernel.emit({ type: "signal", process, signal, effect: "fatal" });
  die(kernel, process, signal);
};

/** A process ends: descriptors closed, locks gone with them, children left to init, itself a zombie or reaped at once. */
export const die = (kernel: Kernel, name: ProcessName, signal: Signal | null): void => {
  const orphaned = orphanedBy(kernel, name);
  end(kernel, name, signal);
  for (const group of orphaned)
    for (const member of membersOf(kernel, group))
      if (kernel.cells.get(processCell(member))?.status === "stopped") goOn(kernel, member);
};

const end = (kernel: Kernel, name: ProcessName, signal: Signal | null): void => {
  const { descriptors, parent } = processOf(kernel, name);
  kernel.emit({ type: "exit", process: name, signal });
  abandonWrite(kernel, name, "log");
  for (const fd of Object.keys(descriptors)) closeDescriptor(kernel, name, fd);
  setLocal(kernel, name, null);
  kernel.cells.set(movedCell(name), null);
  forgetSignals(kernel, name);
  for (const zombie of kernel.cells.get(zombiesCell(name)) ?? []) bury(kernel, zombie.name);
  kernel.cells.set(zombiesCell(name), null);
  kernel.cells.set(childrenCell(name), null);
  update(kernel, processCell(name), { status: "zombie" });
  if (!isAlive(kernel, parent)) return bury(kernel, name);
  countChild(kernel, parent, -1);
  if (disposition(kernel, parent, "SIGCHLD").kind === "ignore") return bury(kernel, name);
  const zombies = [...(kernel.cells.get(zombiesCell(parent)) ?? []), { name, killed: signal !== null }];
  kernel.cells.set(
    zombiesCell(parent),
    zombies.sort((a, b) => byName(a.name, b.name)),
  );
  if (disposition(kernel, parent, "SIGCHLD").kind === "handler")
    deliver(kernel, parent, "SIGCHLD", { type: "send" });
};

/** Any child that has ended may be taken first: POSIX leaves the order open. */
export const waitpidChoices = (kernel: Kernel, process: ProcessName): readonly Choice[] => {
  const zombies = kernel.cells.get(zombiesCell(process)) ?? [];
  const isChildless = zombies.length === 0 && kernel.cells.get(childrenCell(process)) === null;
  if (isChildless) return [{ run: () => ({ type: "ECHILD" }) }];
  return zombies.map((zombie) => ({
    run: (k) => {
      const rest = zombies.filter((other) => other !== zombie);
      k.cells.set(zombiesCell(process), rest.length === 0 ? null : rest);
      bury(k, zombie.name);
      return ok(zombie.killed ? 1 : 0, zombie.name);
    },
  }));
};
