/**
 * Starts a Node process with exactly the descriptors, group and signals that it is to have, by posix_spawn(3).
 *
 * SIGUSR1 is blocked across exec, so that every thread that Node starts inherits a mask with it: only the main thread,
 * where the calls are made, can ever be interrupted by it. Node itself would answer it by opening its inspector; the
 * inspector's address is one that cannot be bound (TEST-NET-3, RFC 5737).
 */
import { fileURLToPath } from "node:url";
import type { ProcessConfiguration } from "./configuration.ts";
import { errnoName, flags, native, signalSet } from "./native.ts";

const entry = fileURLToPath(new URL("./entry.cjs", import.meta.url));
const noInspector = "--inspect-port=203.0.113.1:65535";
/** Source descriptors are moved out of the way of the numbers that the child is given. */
const firstSpare = 200;
const firstChild = 3;

export type GroupChoice = "inherit" | "own" | "session";

const spawnRaw = (
  argv: readonly string[],
  sources: readonly number[],
  group: GroupChoice,
  errors: string,
): number => {
  const actions = Buffer.alloc(256);
  const attributes = Buffer.alloc(512);
  native.actionsInit(actions);
  native.attributesInit(attributes);
  const spares = sources.map((source) => native.fcntl(source, flags.F_DUPFD_CLOEXEC, "int", firstSpare));
  try {
    const append = flags.O_RDWR | flags.O_CREAT | flags.O_APPEND;
    native.actionsOpen(actions, 0, "/dev/null", flags.O_RDWR, 0);
    native.actionsOpen(actions, 1, "/dev/null", flags.O_RDWR, 0);
    native.actionsOpen(actions, 2, errors, append, 0o600);
    for (const [at, spare] of spares.entries()) native.actionsDup2(actions, spare, firstChild + at);
    const grouping = { inherit: 0, own: flags.SPAWN_SETPGROUP, session: flags.SPAWN_SETSID }[group];
    native.attributesFlags(attributes, grouping | flags.SPAWN_SETSIGMASK | flags.SPAWN_SETSIGDEF);
    native.attributesGroup(attributes, 0);
    native.attributesMask(attributes, signalSet(["SIGUSR1", "SIGUSR2"]));
    native.attributesDefault(attributes, signalSet(["SIGTERM"]));
    const pid = Buffer.alloc(4);
    const error = native.spawn(pid, process.execPath, actions, attributes, [...argv, null], [null]);
    if (error !== 0) throw new Error(`cannot start a process: ${errnoName(error)}`);
    return pid.readInt32LE(0);
  } finally {
    for (const spare of spares) native.close(spare);
    native.actionsDestroy(actions);
    native.attributesDestroy(attributes);
  }
};

/**
 * Starts a process that runs a role; returns its process id. The numbers of its descriptors are replaced by those that it
 * will have. Throws an Error where the system refuses.
 */
export const spawnRole = (
  directory: string,
  configuration: ProcessConfiguration,
  group: GroupChoice,
): number => {
  const held = Object.entries(configuration.descriptors);
  const descriptors = Object.fromEntries(
    held.map(([name, descriptor], at) => [name, { ...descriptor, number: firstChild + at }]),
  );
  const argument = JSON.stringify({ ...configuration, descriptors });
  const argv = [process.execPath, noInspector, entry, directory, argument];
  const sources = held.map(([, { number }]) => number);
  return spawnRaw(argv, sources, group, `${directory}/errors`);
};
