/** A real process of the server, or of a client: makes the call that its machine names, feeds back the result, for ever. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type MachineInput, machineFor, type ProcessMachine, type Protocol } from "../model/index.ts";
import { type ProcessConfiguration, places, type RunConfiguration } from "./configuration.ts";
import { flags, native, signalNumbers } from "./native.ts";
import { Recording } from "./recording.ts";
import { Self } from "./self.ts";
import { Steered } from "./steering/steered.ts";
import { settleSignals } from "./syscalls/signals.ts";

const readJson = <T>(path: string): T => JSON.parse(readFileSync(path, "utf8")) as T;

/** How a process begins. */
export interface Beginning {
  readonly protocol: Protocol;
  readonly directory: string;
  readonly configuration: ProcessConfiguration;
  /** The zygote, for whom it has forked itself: they do not outlive it. */
  readonly creator?: number;
  /** Called when the process has everything that it is to have, and nothing else. */
  readonly onSettled?: () => void;
}

/** Whoever the zygote has forked does not outlive it, even where nobody had time to end anything. */
const bindToCreator = (creator: number | undefined): void => {
  if (creator === undefined) return;
  native.prctl(flags.PR_SET_PDEATHSIG, signalNumbers.SIGKILL, 0, 0, 0);
  if (native.getppid() !== creator) native.exit(0); // it ended before it was asked for
};

const inputFor = (self: Self, { client }: ProcessConfiguration): MachineInput => {
  const { parameters, token } = self.run;
  const more =
    client === undefined
      ? {}
      : readJson<object>(join(self.directory, places.client(client.name, client.nth)));
  return { parameters, token, segments: [], ...more };
};

const machineOf = (protocol: Protocol, role: string): ProcessMachine => {
  const machine = machineFor(protocol, role);
  if (machine === undefined) throw new Error(`the protocol has no machine for the role “${role}”`);
  return machine;
};

/** The main program of every role, in a process that has just been forked. It ends with the process. */
export const beginProcess = (beginning: Beginning): never => {
  const { protocol, directory, configuration, creator, onSettled } = beginning;
  try {
    bindToCreator(creator);
    const run = readJson<RunConfiguration>(join(directory, places.configuration));
    const self = new Self(run, directory, configuration, (child) =>
      beginProcess({ protocol, directory, ...child }),
    );
    const { role, client } = configuration;
    process.title = `papaya ${client?.name ?? role}`;
    const machine = machineOf(protocol, role);
    const life = run.gate === undefined ? new Recording(self, configuration) : new Steered(self, run.gate);
    settleSignals(configuration);
    onSettled?.();
    life.run(machine, inputFor(self, configuration));
  } catch (error) {
    // Nothing may reach the frames of the process that this one was forked of.
    process.stderr.write(`${(error as Error).stack ?? String(error)}\n`);
  }
  return native.exit(70) as never; // EX_SOFTWARE
};
