/** The log as a file: opened for a server that begins, if it is one, and rid of half a line that a killed writer has left. */
import { closeSync, fstatSync, fsyncSync, ftruncateSync, openSync, readSync } from "node:fs";
import { dirname } from "node:path";
import { errnoName, flags, native } from "../native.ts";
import { ProcessTrouble } from "../trouble.ts";
import { occupy } from "./occupancy.ts";
import { readSize } from "./settings.ts";
import { startOfLast } from "./view.ts";

const bytesOf = (file: number, from: number, to: number): Buffer => {
  const block = Buffer.alloc(Math.min(to - from, readSize));
  return block.subarray(0, readSync(file, block, 0, block.length, from));
};

/** Whether a line could begin so. A power cut can leave zeros where the rest of it should be, and half a character before them. */
const isBeginning = (bytes: Buffer): boolean => {
  const text = bytes.subarray(0, bytes.findLastIndex((byte) => byte !== 0) + 1);
  if (text.some((byte) => byte < 0x20 || byte === 0x7f)) return false;
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(text, { stream: true });
    return true;
  } catch {
    return false;
  }
};

/** Cuts off half a line; nobody else has the log. What is somebody's file by mistake, and no log, stays as it is. */
const repairTail = (path: string, log: number): void => {
  const { size } = fstatSync(log);
  const whole = startOfLast(log, 0);
  const isLog =
    size - whole <= readSize && // nobody was killed while he was writing more
    isBeginning(bytesOf(log, whole, size)) &&
    !bytesOf(log, 0, whole).includes(0);
  if (!isLog)
    throw new ProcessTrouble(
      `${path}: this is no log, it has what nobody could have said in a chat. Name another file.`,
    );
  if (whole < size) ftruncateSync(log, whole);
};

const remedyFor = (errno: string, path: string): string => {
  if (errno === "EISDIR") return "It is a directory: name a file in it.";
  if (errno === "ELOOP") return "Its links lead in a circle: name another file.";
  return `The server's user has to be able to write it: “chown USER ${path}”; or to make it: “install -d -m 700 -o USER ${dirname(path)}”.`;
};

/**
 * Opens a log, alone at first, so that nobody else is there, then as one of many. Throws ProcessTrouble where that cannot be, or where
 * it is no log.
 */
export const takeLog = (path: string): number => {
  const log = native.open(
    path,
    flags.O_RDWR | flags.O_CREAT | flags.O_APPEND | flags.O_NONBLOCK | flags.O_CLOEXEC,
    "unsigned int",
    0o600,
  );
  if (log < 0) {
    const errno = errnoName();
    throw new ProcessTrouble(`${path}: the log cannot be opened: ${errno}. ${remedyFor(errno, path)}`);
  }
  const status = fstatSync(log);
  if (!status.isFile()) throw new ProcessTrouble(`${path}: a log has to be a file. Name another one.`);
  if ((status.mode & 0o077) !== 0)
    throw new ProcessTrouble(`${path}: others can read or write the log. Say “chmod 600 ${path}”.`);
  if (!occupy(log, "exclusive"))
    throw new ProcessTrouble(
      `${path}: another server has this log, or clusters of one that has ended. “papaya ps” shows them; end those first.`,
    );
  repairTail(path, log);
  occupy(log, "shared");
  const folder = openSync(dirname(path), "r");
  fsyncSync(folder); // the file itself is there, whatever happens
  closeSync(folder);
  return log;
};
