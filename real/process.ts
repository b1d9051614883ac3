/** A real process of the server, or of a client: makes the call that its machine names, feeds back the result, for ever. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  advance,
  criticalOf,
  type LocalState,
  type MachineInput,
  machineFor,
  metaOf,
  type ProcessMachine,
  type ProcessName,
  type Result,
  requestOf,
  startMachine,
} from "../model/index.ts";
import { type ProcessConfiguration, places, type RunConfiguration } from "./configuration.ts";
import { flags, native, portOf, signalNumbers, signalSet } from "./native.ts";
import { Observer, type Sockets } from "./observe.ts";
import { loadProtocol } from "./protocol.ts";
import { Self } from "./self.ts";
import { perform } from "./syscalls/index.ts";
import { ignoreHangup, setDisposition } from "./syscalls/signals.ts";

const readJson = <T>(path: string): T => JSON.parse(readFileSync(path, "utf8")) as T;

/**
 * Undoes what Node did to the signals: dispositions and mask are those that the parent handed on. SIGHUP is ignored by all,
 * as under nohup(1): the kernel sends it to a process group that is orphaned while one of its members is stopped.
 */
const restoreSignals = ({ ignored, blocked }: ProcessConfiguration): void => {
  for (const signal of new Set(["SIGUSR1", "SIGUSR2", ...ignored] as const))
    setDisposition(signal, { kind: ignored.includes(signal) ? "ignore" : "default" });
  ignoreHangup();
  native.sigmask(flags.SIG_SETMASK, signalSet(blocked), null);
};

/** Whom the runner has started does not outlive it, even where it had no time to end anybody. */
const bindToRunner = (runner: number | undefined): void => {
  if (runner === undefined) return;
  native.prctl(flags.PR_SET_PDEATHSIG, signalNumbers.SIGKILL, 0, 0, 0);
  if (process.ppid !== runner) process.exit(0); // it ended before it was asked for
};

const socketsOf = (self: Self): Sockets =>
  Object.fromEntries(
    [...self.descriptors]
      .filter(([, { kind }]) => kind === "socket")
      .map(([name, { number }]) => [
        name,
        { own: portOf(number, "getsockname"), peer: portOf(number, "getpeername") },
      ]),
  );

const changesDescriptors = new Set(["open", "close", "listen", "accept", "connect", "spawn", "fork"]);

/** What the trace says of descriptors: only after a call that may have changed them. */
const descriptorsOf = (self: Self) => ({
  sockets: socketsOf(self),
  numbers: Object.fromEntries([...self.descriptors].map(([name, { number }]) => [name, number])),
});

class Role {
  private readonly name: ProcessName;

  constructor(
    private readonly machine: ProcessMachine,
    private readonly self: Self,
    private readonly observer: Observer,
    role: string,
  ) {
    this.name = `${role}@${process.pid}` as ProcessName;
  }

  /** Goes on until the machine calls exit. */
  run(input: MachineInput): void {
    let local = startMachine(this.machine, input);
    for (;;) local = this.step(local);
  }

  private step(local: LocalState): LocalState {
    const { machine, self, observer, name } = this;
    const request = requestOf(machine, local, self.run.parameters);
    if (request === undefined) throw new Error(`state “${local.state}” names no call`);
    observer.record({ type: "call", process: name, state: local.state, request });
    const result: Result = perform(self, request);
    const next = advance(machine, local, result);
    const call = metaOf(machine, next.state)?.call.call ?? "exit";
    observer.record(
      {
        type: "return",
        process: name,
        state: local.state,
        critical: criticalOf(machine, local.state),
        request,
        result,
        next: { state: next.state, call, critical: criticalOf(machine, next.state) },
      },
      changesDescriptors.has(request.call) ? descriptorsOf(self) : {},
    );
    return next;
  }
}

/** The main program of every role. */
export const runProcess = async (directory: string, configuration: ProcessConfiguration): Promise<void> => {
  restoreSignals(configuration);
  const observer = new Observer(directory);
  const run = readJson<RunConfiguration>(join(directory, places.configuration));
  bindToRunner(configuration.runner);
  const self = new Self(run, directory, configuration);
  const sockets = socketsOf(self);
  observer.record({ type: "process", pid: process.pid, parent: process.ppid, configuration, sockets });
  try {
    const { role, client } = configuration;
    process.title = `papaya ${client?.name ?? role}`;
    const machine = machineFor(await loadProtocol(run.protocol), role);
    if (machine === undefined) throw new Error(`the protocol has no machine for the role “${role}”`);
    const { parameters, token } = run;
    const more =
      client === undefined
        ? { segments: [] }
        : readJson<object>(join(directory, places.client(client.name, client.nth)));
    new Role(machine, self, observer, role).run({ parameters, token, segments: [], ...more });
  } catch (error) {
    observer.record({ type: "complaint", problem: error instanceof Error ? error.message : String(error) });
    process.exit(70); // EX_SOFTWARE
  }
};
