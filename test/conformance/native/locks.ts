/** flock(2) beside the two kinds of fcntl(2); conversions of a lock while somebody waits. */
import { join } from "node:path";
import { flags, native } from "../../../real/native.ts";
import type { Experiment } from "./experiment.ts";
import { ask, begin } from "./family.ts";
import { calls, numbers, openFile, success } from "./libc.ts";

const { LOCK_EX, LOCK_SH, LOCK_NB, LOCK_UN } = flags;

/** struct flock over the whole file. */
const wholeFile = (type: number): Buffer => {
  const record = Buffer.alloc(32);
  record.writeInt16LE(type, 0);
  return record;
};

/** Asks for an exclusive lock, without waiting for it. */
const kinds = {
  flock: (fd: number) => success(native.flock(fd, LOCK_EX | LOCK_NB)),
  posix: (fd: number) => success(calls.fcntl(fd, numbers.F_SETLK, wholeFile(numbers.F_WRLCK))),
  description: (fd: number) => success(calls.fcntl(fd, numbers.F_OFD_SETLK, wholeFile(numbers.F_WRLCK))),
} as const;
type Kind = keyof typeof kinds;
const kindNames = Object.keys(kinds) as Kind[];

/** What another process is told that opens the file anew, and asks. */
const toldElsewhere = (path: string, kind: Kind): unknown => ask(() => kinds[kind](openFile(path)));

/** What others are told while one process holds a lock of a kind. */
const besides = (path: string, held: Kind): unknown =>
  ask(() => {
    const fd = openFile(path);
    const own = kinds[held](fd);
    return { own, ...Object.fromEntries(kindNames.map((kind) => [kind, toldElsewhere(path, kind)])) };
  });

const upgrades = 100;

export const lockExperiments: Readonly<Record<string, Experiment>> = {
  "kinds-of-locks": {
    says: "[6] flock and fcntl's locks do not see each other; fcntl's two kinds do",
    observe: (directory) => ({
      seen: Object.fromEntries(kindNames.map((held) => [held, besides(join(directory, "log"), held)])),
    }),
    expected: {
      flock: { own: "ok", flock: "EAGAIN", posix: "ok", description: "ok" },
      posix: { own: "ok", flock: "ok", posix: "EAGAIN", description: "EAGAIN" },
      description: { own: "ok", flock: "ok", posix: "EAGAIN", description: "EAGAIN" },
    },
  },
  "posix-locks-of-a-process": {
    says: "[7] a POSIX lock belongs to the process: two descriptors of it do not exclude each other, closing any of them drops it",
    observe: (directory) => {
      const path = join(directory, "log");
      const [first, second] = [openFile(path), openFile(path)];
      const own = [kinds.posix(first), kinds.posix(second)];
      const before = toldElsewhere(path, "posix");
      native.close(openFile(path)); // asks for nothing, and holds nothing
      return { seen: { own, before, after: toldElsewhere(path, "posix") } };
    },
    expected: { own: ["ok", "ok"], before: "EAGAIN", after: "ok" },
  },
  "locks-of-a-description": {
    says: "[7] one that belongs to the open file description is not dropped by that",
    observe: (directory) => {
      const path = join(directory, "log");
      const own = kinds.description(openFile(path));
      native.close(openFile(path));
      return { seen: { own, after: toldElsewhere(path, "description") } };
    },
    expected: { own: "ok", after: "EAGAIN" },
  },
  "posix-locks-and-fork": {
    says: "[7] fork does not inherit POSIX locks, as it does flock's: the child is refused, and takes nothing along when it ends",
    observe: (directory) => {
      const inherited = (kind: Kind) => {
        const path = join(directory, kind);
        const fd = openFile(path);
        const own = kinds[kind](fd);
        const child = ask(() => kinds[kind](fd));
        return { own, child, afterwards: toldElsewhere(path, kind) };
      };
      return { seen: { posix: inherited("posix"), flock: inherited("flock") } };
    },
    expected: {
      posix: { own: "ok", child: "EAGAIN", afterwards: "EAGAIN" },
      flock: { own: "ok", child: "ok", afterwards: "EAGAIN" },
    },
  },
  "upgrade-that-waits": {
    says: "[4] while an upgrade waits, its shared lock is given up: the other reader can upgrade",
    observe: (directory) => {
      const path = join(directory, "log");
      const fd = openFile(path);
      native.flock(fd, LOCK_SH);
      const other = begin((parent) => {
        const own = openFile(path);
        native.flock(own, LOCK_SH);
        parent.tell("shared");
        return success(native.flock(own, LOCK_EX));
      });
      other.line.hear();
      other.awaitSleepIn("flock");
      const upgraded = success(native.flock(fd, LOCK_EX | LOCK_NB));
      native.flock(fd, LOCK_UN);
      return { seen: { upgraded, afterwards: other.line.hear() } };
    },
    expected: { upgraded: "ok", afterwards: "ok" },
  },
  "upgrade-of-the-only-reader": {
    says: "[4] the only reader's upgrade lets no waiting writer get in between",
    observe: (directory) => {
      const path = join(directory, "log");
      const fd = openFile(path);
      let lost = 0;
      for (let round = 0; round < upgrades; round++) {
        native.flock(fd, LOCK_SH);
        const writer = begin(() => native.flock(openFile(path), LOCK_EX));
        writer.awaitSleepIn("flock");
        if (native.flock(fd, LOCK_EX | LOCK_NB) < 0) lost++;
        native.flock(fd, LOCK_UN);
        writer.line.hear();
        writer.wait();
      }
      return { seen: { upgrades, lost } };
    },
    expected: { upgrades, lost: 0 },
  },
};
