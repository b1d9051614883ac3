/** The state directory of a server, which one supervisor has at a time, and in which it leaves word to the next one. */
import { existsSync, lstatSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { flags, native } from "../native.ts";
import { ProcessTrouble } from "../trouble.ts";
import { stations } from "./settings.ts";

/** The room for a path in sockaddr_un. */
const longestSocketPath = 107;

/** Writes down which process is the anchor. */
export const noteAnchor = (state: string, anchor: number): void =>
  writeFileSync(stations.lock(state), `${anchor}\n`);

/** The anchor that was written down last; 0 for none. */
export const notedAnchor = (state: string): number => Number(readFileSync(stations.lock(state), "latin1"));

/**
 * Makes the directory where there is none, and takes it until the returned function is called, or this process ends. Throws
 * ProcessTrouble where somebody else has it, or could look into it.
 */
export const takeState = (state: string): (() => void) => {
  if (Buffer.byteLength(stations.control(state)) > longestSocketPath)
    throw new ProcessTrouble(
      `${state}: this is too long a path for a socket. Let “state” name a shorter one.`,
    );
  // Not those above it: who mistypes the path of a log is told so.
  if (!existsSync(dirname(state)))
    throw new ProcessTrouble(
      `${dirname(state)}: there is no such directory. Say “install -d -m 700 ${dirname(state)}”, or mend “log” or “state”.`,
    );
  try {
    if (!existsSync(state)) mkdirSync(state, { mode: 0o700 });
  } catch (error) {
    throw new ProcessTrouble(
      `${state}: the state directory cannot be made: ${(error as Error).message}. The server's user has to be able to write beside the log, or “state” has to name another place.`,
    );
  }
  const found = lstatSync(state);
  const { mode, uid } = found;
  if (!found.isDirectory())
    throw new ProcessTrouble(
      `${state}: the state directory has to be a directory. Let “state” name one, or a name that is free.`,
    );
  if (uid !== process.geteuid?.() || (mode & 0o077) !== 0)
    throw new ProcessTrouble(
      `${state}: the state directory has to belong to the server's user alone. Say “chown” and “chmod 700”, or let “state” name another place.`,
    );
  const path = stations.lock(state);
  const lock = native.open(path, flags.O_RDWR | flags.O_CREAT | flags.O_CLOEXEC, "unsigned int", 0o600);
  if (lock < 0) throw new ProcessTrouble(`${path}: it cannot be opened`);
  if (native.flock(lock, flags.LOCK_EX | flags.LOCK_NB) < 0) {
    native.close(lock);
    throw new ProcessTrouble(
      `${state}: a server is running already. “papaya ps” shows it; a second one needs a log of its own.`,
    );
  }
  return () => void native.close(lock);
};
