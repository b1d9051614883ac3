/**
 * Whose log it is. Every process of a server that has a log open holds a shared record lock on it; a server that begins needs
 * an exclusive one. So there is at most one server on a log, by whatever name or link it is called, and a new one does not
 * begin while clusters of another one, whose signals it could not send, still append to it.
 *
 * These locks belong to open file descriptions (F_OFD_SETLK in fcntl(2)) and have nothing to do with flock(2), which the
 * protocol uses, but on network file systems, where that is emulated.
 */
import { fstatSync } from "node:fs";
import { flags, native } from "../native.ts";

const locks = { shared: 0, exclusive: 1 } as const;

/** struct flock: type, whence, start, length, process; the whole file. */
const wholeFile = (type: number): Buffer => {
  const lock = Buffer.alloc(32);
  lock.writeInt16LE(type, 0);
  return lock;
};

/** Takes part in a log, or has it alone; whether that could be done. Never waits. */
export const occupy = (fd: number, how: keyof typeof locks): boolean =>
  native.fcntl(fd, flags.F_OFD_SETLK, "void *", wholeFile(locks[how])) === 0;

/** Which file a descriptor leads to, by whatever name it was opened. */
export const fileAt = (fd: number): string => {
  const { dev, ino } = fstatSync(fd, { bigint: true });
  return `${dev}:${ino}`;
};
