/**
 * The program that a server begins with: takes the logs, opens the control socket, rehearses, forks the anchor, says so, and ends. The
 * anchor, and all that it starts, have never been through exec(2): there is no moment at which a signal could kill one of
 * them or open a debugger's port, and no descriptor or variable of whoever called.
 */
import { readFileSync, rmSync, writeSync } from "node:fs";
import { becomeForkable } from "../forkable.ts";
import { descriptorsOf } from "../kernel.ts";
import { errnoName, flags, native, signalNumbers } from "../native.ts";
import { setDisposition } from "../syscalls/signals.ts";
import { Anchorage } from "./anchorage.ts";
import { openControl } from "./gate.ts";
import { takeLog } from "./log.ts";
import { fileAt } from "./occupancy.ts";
import type { Post } from "./post.ts";
import { rehearse } from "./rehearsal.ts";
import { beginRole } from "./role.ts";
import { type ChatSession, type Facts, stations } from "./settings.ts";
import { plainTitle } from "./title.ts";

/** What the starter says on its standard output. */
export type Started = { readonly anchor: number } | { readonly problem: string };

const replaceStandardStreams = (state: string): void => {
  const nothing = native.open("/dev/null", flags.O_RDWR | flags.O_CLOEXEC);
  const append = flags.O_WRONLY | flags.O_CREAT | flags.O_APPEND | flags.O_CLOEXEC;
  const errors = native.open(stations.errors(state), append, "unsigned int", 0o600);
  native.dup2(nothing, 0);
  native.dup2(nothing, 1);
  native.dup2(errors < 0 ? nothing : errors, 2);
  for (const fd of [nothing, errors]) if (fd > 2) native.close(fd);
};

/**
 * Closes what came from the process that this one was forked of, and from whoever started that: all but its own, and a pipe that
 * libuv makes anew in every forked child (after closing the old one by number, so its numbers must stay taken).
 */
const closeStrays = (before: ReadonlyMap<number, string>, own: readonly number[]): void => {
  for (const [fd, path] of descriptorsOf(native.getpid()))
    if (fd > 2 && !own.includes(fd) && before.get(fd) === path) native.close(fd);
};

/** A process that does nothing but keep the process group of a session from becoming empty. */
const startKeeper = ({ name }: ChatSession, own: readonly number[]): number => {
  const anchor = native.getpid();
  const pid = native.fork();
  if (pid < 0) throw new Error(`no process can be forked: ${errnoName()}`);
  if (pid > 0) {
    native.setpgid(pid, pid); // whoever is first
    return pid;
  }
  native.prctl(flags.PR_SET_PDEATHSIG, signalNumbers.SIGKILL, 0, 0, 0);
  if (native.getppid() !== anchor) native.exit(0);
  native.setpgid(0, 0);
  for (const fd of own) native.close(fd);
  process.title = plainTitle("keeper", name);
  for (;;) native.pause();
};

const becomeAnchor = (
  facts: Facts,
  before: ReadonlyMap<number, string>,
  control: number,
  logs: number[],
): never => {
  native.setsid();
  setDisposition("SIGUSR1", { kind: "ignore" });
  replaceStandardStreams(facts.state);
  const own = [control, ...logs];
  closeStrays(before, own);
  const anchor = native.getpid();
  const [first, ...others] = facts.sessions;
  const keepers = others.map((session) => startKeeper(session, own));
  const groups = Object.fromEntries(others.map(({ name }, at) => [name, keepers[at] ?? 0]));
  const post: Post = {
    role: "anchor",
    facts,
    anchor,
    groups: { ...groups, [first?.name ?? ""]: anchor },
    files: Object.fromEntries(facts.sessions.map(({ name }, at) => [name, fileAt(logs[at] ?? -1)])),
    link: -1,
    cluster: null,
  };
  return beginRole({
    post,
    configuration: {
      role: "anchor",
      descriptors: {},
      groups: { chat: 0 },
      blocked: [],
      ignored: ["SIGUSR1"],
    },
    edge: (self) => new Anchorage(self, post, control, keepers),
    hidden: own,
  });
};

const start = (facts: Facts): Started => {
  becomeForkable();
  const logs = facts.sessions.map(({ log }) => takeLog(log));
  rmSync(stations.control(facts.state), { force: true }); // nobody listens there: the logs are ours
  const control = openControl(facts.state);
  rehearse({ role: "starter", facts, anchor: 0, groups: {}, files: {}, link: -1, cluster: null });
  const before = descriptorsOf(process.pid);
  const anchor = native.fork();
  if (anchor === 0) becomeAnchor(facts, before, control, logs);
  return anchor < 0 ? { problem: `no process can be forked: ${errnoName()}` } : { anchor };
};

const attempt = (): Started => {
  try {
    return start(JSON.parse(readFileSync(0, "utf8")) as Facts);
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
};

setDisposition("SIGUSR1", { kind: "ignore" });
process.umask(0o077);
writeSync(1, JSON.stringify(attempt()));
process.exit(0);
