/** The calls that start and reap processes, and put them into groups. */
import { type DescriptorName, ok, type RequestFor, type Result, signalNames } from "../../model/index.ts";
import type { OpenDescriptor, ProcessConfiguration } from "../configuration.ts";
import { flags, native, signalSet } from "../native.ts";
import type { Self } from "../self.ts";
import { done, failure, keep } from "./outcome.ts";

interface Birth {
  readonly role: string;
  /** What the child calls its descriptors, and the parent's names of them. */
  readonly descriptors: Readonly<Record<DescriptorName, DescriptorName>>;
  readonly group: "inherit" | "own";
  readonly lifeline: DescriptorName;
  readonly block: RequestFor<"spawn">["block"];
  /** Whether signals are as after exec(2): what was caught is at its default. */
  readonly exec: boolean;
}

/** Null where there is no descriptor left. */
const socketPair = (): readonly [number, number] | null => {
  const pair = Buffer.alloc(8);
  if (native.socketpair(flags.AF_UNIX, flags.SOCK_STREAM | flags.SOCK_CLOEXEC, 0, pair) < 0) return null;
  return [pair.readInt32LE(0), pair.readInt32LE(4)];
};

const everySignal = signalSet(signalNames);

/**
 * Forks, and comes back in the parent when the child has everything that it is to have and nothing else, as
 * posix_spawn(3) does. Until then no signal reaches either. Negative where nobody could be forked.
 */
const forkSettled = (self: Self, live: (settled: () => void) => never): number => {
  const ends = Buffer.alloc(8);
  if (native.pipe2(ends, flags.O_CLOEXEC) < 0) return -1;
  const [ours, theirs] = [ends.readInt32LE(0), ends.readInt32LE(4)];
  native.sigmask(flags.SIG_SETMASK, everySignal, null);
  const pid = native.fork();
  if (pid === 0) {
    native.close(ours);
    live(() => void native.close(theirs));
  }
  native.close(theirs);
  native.read(ours, Buffer.alloc(1), 1); // its end: the child has closed its own
  native.close(ours);
  native.sigmask(flags.SIG_SETMASK, signalSet(self.blocked), null);
  return pid;
};

/** What the child goes on with: what it was handed, and its end of the lifeline; all else is closed. */
const settle = (
  self: Self,
  birth: Birth,
  handed: Readonly<Record<DescriptorName, OpenDescriptor>>,
): ProcessConfiguration => {
  const kept = new Set(Object.values(handed).map(({ number }) => number));
  // Under a second name it has a second descriptor.
  const taken = new Set<number>();
  const own = Object.entries(handed).map(([name, descriptor]): [DescriptorName, OpenDescriptor] => {
    const number = taken.has(descriptor.number) ? native.dup(descriptor.number) : descriptor.number;
    taken.add(number);
    return [name, { ...descriptor, number }];
  });
  const numbers = [...self.descriptors.values()].map(({ number }) => number);
  // The last one first: a parent's lifeline, the first that it had, ends when all else has been let go.
  for (const number of [...self.hidden, ...numbers].reverse()) if (!kept.has(number)) native.close(number);
  if (birth.group === "own") native.setpgid(0, 0);
  return {
    role: birth.role,
    parent: self.pid,
    descriptors: Object.fromEntries(own),
    groups: Object.fromEntries(self.groups),
    blocked: [...new Set([...self.blocked, ...birth.block])],
    ignored: [...self.ignored],
    handlers: !birth.exec,
  };
};

const giveBirth = (self: Self, birth: Birth, name: string): Result => {
  const handed = Object.fromEntries(
    Object.entries(birth.descriptors).map(([name, from]) => {
      const { number, kind } = self.descriptor(from);
      const shared = { number, kind, own: self.isSteered };
      self.descriptors.set(from, shared);
      return [name, shared];
    }),
  );
  const pair = birth.lifeline === "" ? [-1, -1] : socketPair();
  if (pair === null) return failure();
  const [ours = -1, theirs = -1] = pair;
  const line = { number: theirs, kind: "socket", own: true } as const;
  const pid = forkSettled(self, (onSettled) => {
    if (ours >= 0) native.close(ours);
    const all = theirs < 0 ? handed : { ...handed, [birth.lifeline]: line };
    return self.begin({ configuration: settle(self, birth, all), onSettled });
  });
  if (theirs >= 0) {
    native.close(theirs);
    keep(self, birth.lifeline, ours, "socket");
  }
  if (pid < 0) return failure();
  if (name !== "") self.meet({ [name]: pid });
  return ok(0, name || `${birth.role}@${pid}`);
};

export const spawn = (self: Self, request: RequestFor<"spawn">, name: string): Result =>
  giveBirth(self, { ...request, exec: true }, name);

export const fork = (self: Self, { role }: RequestFor<"fork">, name: string): Result => {
  const descriptors = Object.fromEntries([...self.descriptors.keys()].map((name) => [name, name]));
  return giveBirth(self, { role, descriptors, group: "inherit", lifeline: "", block: [], exec: false }, name);
};

/** Waits for any child, or for one of that name. */
export const waitpid = (self: Self, name: string): Result => {
  const status = Buffer.alloc(4);
  const pid = native.waitpid(name === "" ? -1 : self.pidOf(name), status, 0);
  if (pid < 0) return failure();
  const killed = (status.readInt32LE(0) & 0x7f) !== 0;
  return ok(killed ? 1 : 0, self.nameOf(pid));
};

export const setpgid = (self: Self, { group }: RequestFor<"setpgid">): Result => {
  return done(native.setpgid(0, self.groupOf(group)));
};
