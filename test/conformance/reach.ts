/** What generated programs are to reach: each call with each of its results, each transition of lock and signals. */

import * as calls from "../../model/index.ts";
import { resultsOf, type Template } from "../../model/index.ts";
import { papaya } from "../../model/public.ts";
import { objectTransitions, showObjectTransition, transitionIn } from "../../sim/checker/object-coverage.ts";
import type { Transition } from "../../sim/transition.ts";

/** One of each call that is generated, and of those that have to do with a file or a socket one of each. */
const samples: readonly Template[] = [
  calls.open("log", "file", { access: "write" }),
  ...["file", "socket"].flatMap((fd) => [calls.close(fd), calls.read(fd, 1), calls.write(fd, "x")]),
  calls.write("socket", "x", { nonblock: true }),
  ...[
    calls.pread("file", 1, 0),
    calls.lseek("file", 0, "SET"),
    calls.fstat("file"),
    calls.ftruncate("file", 0),
  ],
  ...[calls.flock("file", "EX"), calls.flock("file", "EX", { nonblock: true }), calls.flock("file", "UN")],
  ...[calls.kill("A", "SIGUSR1"), calls.killpg("A", "SIGUSR1"), calls.sigaction("SIGUSR1", calls.ignore)],
  ...[calls.sigprocmask("block"), calls.pause(), calls.sigsuspend(), calls.setpgid("A"), calls.fork("B")],
  ...[
    calls.poll({ input: ["socket"], room: ["socket"], timeout: ["socket"] }),
    calls.spawn("B"),
    calls.waitpid(),
  ],
];

const isSocket = (fd: string): boolean => fd === "socket" || fd.startsWith("line");

/** `read of a socket: EINTR` */
const show = (call: object, result: string): string => {
  const { call: name, fd, mode, nonblock } = call as Record<string, string>;
  const how = name === "flock" && mode === "UN" ? " UN" : nonblock ? " without waiting" : "";
  const what = fd === undefined || name === "flock" ? "" : isSocket(fd) ? " of a socket" : " of a file";
  return `${name}${what}${how}: ${result}`;
};

const role = {
  kindOf: (fd: string) => (isSocket(fd) ? "socket" : "file"),
  ...{ catches: true, catchesWithoutRestart: true },
} as const;

export const wantedResults = (): string[] =>
  samples.flatMap((call) => resultsOf(call, role).map((result) => show(call, result)));

export const resultsReached = (runs: readonly (readonly Transition[])[]): ReadonlySet<string> =>
  new Set(
    runs
      .flat()
      .flatMap(({ events }) =>
        events.flatMap((event) => (event.type === "return" ? [show(event.request, event.result.type)] : [])),
      ),
  );

/** Lock and signals are the same machines in every generated program. */
export const wantedObjects = (): string[] => objectTransitions(papaya).map(showObjectTransition);

export const objectsReached = (runs: readonly (readonly Transition[])[]): ReadonlySet<string> => {
  const known = new Map<string, string>();
  const name = (reaction: Transition["reactions"][number]): string => {
    const { object, before, event } = reaction;
    const key = JSON.stringify([object, before, event]);
    const found = known.get(key) ?? showObjectTransition(transitionIn(papaya, reaction));
    known.set(key, found);
    return found;
  };
  return new Set(runs.flat().flatMap(({ reactions }) => reactions.map(name)));
};

const fullDisk = "it takes a full disk, or the fault that plays one";
const fullSocket = "no socket is ever full";
const unixSocket = "a lifeline is a Unix socket: who writes gets EPIPE, the reset is told to who reads";
const blockedOnly = "a process that waits only looks; it has not taken anything";
const rested = "only a handler that is due is ever handled";
const dueFirst = "a process whose handler is due makes no call before it has run";
const dying = "it dies as soon as it goes on: until then it makes no call";

/** What cannot be reached, and why. */
export const unreachable: {
  readonly results: Readonly<Record<string, string>>;
  readonly transitions: Readonly<Record<string, string>>;
} = {
  results: {
    "write of a file: short": fullDisk,
    "write of a file: ENOSPC": fullDisk,
    "write of a file: EFBIG": "the model never gives it",
    "write of a socket: ECONNRESET": unixSocket,
    "write of a socket: short": fullSocket,
    "write of a socket: EINTR": fullSocket,
    "write of a socket without waiting: ECONNRESET": unixSocket,
    "write of a socket without waiting: short": fullSocket,
    "write of a socket without waiting: EAGAIN": fullSocket,
    "poll: timeout": "no timer is ever set",
  },
  transitions: {
    "lock free: cancel → free": "nobody waits for a lock that is free",
    "lock shared: exclude → nothing": blockedOnly,
    "lock exclusive: share → nothing": blockedOnly,
    "signal open: handled → nothing": rested,
    "signal blocked: handled → nothing": rested,
    "signal pending: handled → nothing": rested,
    "signal caught: block → pending": dueFirst,
    "signal caught: install → nothing": dueFirst,
    "signal caught: unblock → nothing": dueFirst,
    "signal fatal: block → nothing": dying,
    "signal fatal: install → nothing": dying,
    "signal fatal: unblock → nothing": dying,
    "signal fatal: handled → nothing": dying,
  },
};
