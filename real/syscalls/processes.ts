/** The calls that start and reap processes, and put them into groups. */
import { type DescriptorName, ok, type RequestFor, type Result } from "../../model/index.ts";
import { flags, native } from "../native.ts";
import type { Self } from "../self.ts";
import { spawnRole } from "../spawn.ts";
import { done, failure, keep } from "./outcome.ts";

export const startChild = (
  self: Self,
  role: string,
  descriptors: Readonly<Record<string, DescriptorName>>,
  how: { group: "inherit" | "own"; lifeline: DescriptorName; block: RequestFor<"spawn">["block"] },
): Result => {
  const passed = Object.entries(descriptors).map(([name, from]) => {
    const shared = { ...self.descriptor(from), own: false };
    self.descriptors.set(from, shared);
    return [name, shared] as const;
  });
  const pair = Buffer.alloc(8);
  if (how.lifeline !== "") native.socketpair(flags.AF_UNIX, flags.SOCK_STREAM | flags.SOCK_CLOEXEC, 0, pair);
  const [ours, theirs] = [pair.readInt32LE(0), pair.readInt32LE(4)];
  const lifeline =
    how.lifeline === "" ? [] : [[how.lifeline, { number: theirs, kind: "socket", own: true }] as const];
  const pid = spawnRole(
    self.directory,
    {
      role,
      descriptors: Object.fromEntries([...passed, ...lifeline]),
      groups: Object.fromEntries(self.groups),
      blocked: [...new Set([...self.blocked, ...how.block])],
      ignored: [...self.ignored],
    },
    how.group,
  );
  if (how.lifeline !== "") {
    native.close(theirs);
    keep(self, how.lifeline, ours, "socket");
  }
  return ok(0, `${role}@${pid}`);
};

export const waitpid = (): Result => {
  const status = Buffer.alloc(4);
  const pid = native.waitpid(-1, status, 0);
  if (pid < 0) return failure();
  const killed = (status.readInt32LE(0) & 0x7f) !== 0;
  return ok(killed ? 1 : 0, `@${pid}`);
};

/** Node cannot fork. A child that is spawned with every descriptor shares the same descriptions, which is what matters. */
export const startFork = (self: Self, role: string): Result => {
  const all = Object.fromEntries([...self.descriptors.keys()].map((name) => [name, name]));
  return startChild(self, role, all, { group: "inherit", lifeline: "", block: [] });
};

export const setpgid = (self: Self, { group }: RequestFor<"setpgid">): Result => {
  const number = self.groups.get(group);
  if (number === undefined) throw new Error(`it knows no process group “${group}”`);
  return done(native.setpgid(0, number));
};
