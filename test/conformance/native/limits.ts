/** Writes that come to less than was asked for: a limit on the size of files, a device and a file system that are full. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { errnoName, flags, native } from "../../../real/native.ts";
import type { Experiment, Observation } from "./experiment.ts";
import { ask, begin } from "./family.ts";
import { calls, disposition, limit, numbers, openFile, setAction, signal, success, write } from "./libc.ts";

const record = Buffer.from("1234567\n");
const sizeOf = (fd: number): number => Number(native.lseek(fd, 0, flags.SEEK_END));

/** A file that may not grow beyond ten bytes, and a record of eight in it. */
const limitedFile = (directory: string): number => {
  limit(numbers.RLIMIT_CORE, 0); // SIGXFSZ leaves a core file by default
  const fd = openFile(join(directory, "log"));
  limit(numbers.RLIMIT_FSIZE, 10);
  if (write(fd, record) !== record.length) throw new Error("the first record does not fit");
  return fd;
};

/** A small file system that only the calling process sees, and that goes with it; the reason where it may have none. */
const mountSmall = (directory: string): string | null => {
  const [user, group] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
  if (calls.unshare(numbers.CLONE_NEWUSER | numbers.CLONE_NEWNS) < 0) return `unshare: ${errnoName()}`;
  try {
    writeFileSync("/proc/self/setgroups", "deny");
    writeFileSync("/proc/self/uid_map", `0 ${user} 1`);
    writeFileSync("/proc/self/gid_map", `0 ${group} 1`);
  } catch (error) {
    return String(error);
  }
  if (calls.mount("tmpfs", directory, "tmpfs", 0, "size=64k") < 0) return `mount: ${errnoName()}`;
  return null;
};

/** A write that only partly fits, those that follow, and what is there after a roll-back. */
const fillUp = (directory: string): Observation => {
  const refused = mountSmall(directory);
  if (refused !== null) return { seen: {}, refused };
  const fd = openFile(join(directory, "log"));
  const block = Buffer.alloc(40_000, "x");
  const results = [write(fd, block), write(fd, block), write(fd, block)];
  const cut = success(native.ftruncate(fd, block.length));
  return { seen: { results, cut, left: sizeOf(fd), again: write(fd, record) } };
};

export const limitExperiments: Readonly<Record<string, Experiment>> = {
  "limit-on-the-size": {
    says: "[19] [23] at RLIMIT_FSIZE a write is short, the next one gives EFBIG; what the short one left can be cut off again",
    observe: (directory) => ({
      seen: ask(() => {
        setAction(signal.XFSZ, disposition.ignore);
        const fd = limitedFile(directory);
        const results = [write(fd, record), write(fd, record)];
        const grown = sizeOf(fd);
        const cut = success(native.ftruncate(fd, record.length));
        return { results, grown, cut, left: sizeOf(fd) };
      }) as Record<string, unknown>,
    }),
    expected: { results: [2, "EFBIG"], grown: 10, cut: "ok", left: 8 },
  },
  "signal-of-the-limit": {
    says: "[23] RLIMIT_FSIZE gives SIGXFSZ with it, not with the short write; its default is death",
    observe: (directory) => {
      const child = begin((parent) => {
        setAction(signal.XFSZ, disposition.default);
        const fd = limitedFile(directory);
        parent.tell(write(fd, record));
        return write(fd, record);
      });
      return { seen: { short: child.line.hear(), end: child.wait() } };
    },
    expected: { short: 2, end: { signal: signal.XFSZ } },
  },
  "full-device": {
    says: "[23] a full device refuses a write as a whole: ENOSPC",
    observe: () => ({
      seen: { result: write(native.open("/dev/full", flags.O_RDWR | flags.O_CLOEXEC) as number, record) },
    }),
    expected: { result: "ENOSPC" },
  },
  "full-file-system": {
    says: "[19] [23] on a file system that becomes full a write is short, the next one gives ENOSPC; cut off again, there is room",
    observe: (directory) => {
      const small = join(directory, "small");
      mkdirSync(small);
      return ask(() => fillUp(small)) as Observation;
    },
    expected: { results: [40_000, 25_536, "ENOSPC"], cut: "ok", left: 40_000, again: 8 },
  },
};
