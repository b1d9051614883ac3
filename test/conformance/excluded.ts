/**
 * What no generated program does, although the calls would allow it: each with its reason, and how to see that a program
 * does it nevertheless. `docs/fidelity.md` shows the list.
 */
import { isRef, type Program, roleOf, type Signal, type Template } from "../../model/index.ts";
import type { Transition } from "../../sim/transition.ts";
import { blockable } from "./place.ts";

export interface Exclusion {
  readonly because: string;
  /** Whether a program does it, as it stands or in one of its runs. */
  readonly isIn: (program: Program, run: readonly Transition[]) => boolean;
}

const callsOf = ({ processes }: Program): Template[] => Object.values(processes).flat();
const someCall = (isSuch: (call: Template) => boolean) => (program: Program) => callsOf(program).some(isSuch);
const someScript =
  (isSuch: (calls: readonly Template[], role: string) => boolean) =>
  ({ processes }: Program) =>
    Object.entries(processes).some(([role, calls]) => isSuch(calls, role));

const starts = ({ call }: Template) => call === "spawn" || call === "fork";
const handles = (call: Template, signals: readonly Signal[] | "once") =>
  call.call === "sigaction" &&
  !isRef(call.disposition) &&
  call.disposition.kind === "handler" &&
  (signals === "once" ? call.disposition.once : signals.includes(call.signal as Signal));
const signalsOf = (call: Template): readonly unknown[] =>
  call.call === "sigprocmask"
    ? (call.signals as readonly Signal[])
    : "unblock" in call
      ? (call.unblock as Signal[])
      : [];
const stops = (program: Program): boolean =>
  (program.faults?.stop ?? 0) > 0 ||
  callsOf(program).some((call) => "signal" in call && call.signal === "SIGSTOP");
const length = (value: unknown): number => (value as { readonly length: number }).length;

/** The first processes' names and those that have been started so far, before each step. */
const startedBefore = ({ start }: Program, run: readonly Transition[]): readonly ReadonlySet<string>[] => {
  const started = new Set<string>(start);
  return run.map(({ events }) => {
    const before = new Set(started);
    for (const event of events)
      if (event.type === "return" && event.result.type === "ok" && starts(event.request as Template))
        started.add(event.result.name);
    return before;
  });
};

/** Whose group a process is in before it has moved, and all roles of one session. */
const founderOf = (program: Program, role: string): string => {
  const parent = Object.entries(program.processes).find(([, calls]) =>
    calls.some((call) => starts(call) && "role" in call && call.role === role),
  );
  return program.start.includes(role) || parent === undefined ? role : founderOf(program, parent[0]);
};

export const excluded: Readonly<Record<string, Exclusion>> = {
  "`listen`, `accept`, `connect`": {
    because: "a connection over TCP tells of a closed peer later than the model does, and there is one port",
    isIn: someCall(({ call }) => call === "listen" || call === "accept" || call === "connect"),
  },
  "other files than the log": {
    because: "whatever a path is called, the real file is the log",
    isIn: someCall((call) => call.call === "open" && call.path !== "log"),
  },
  "empty reads and writes": {
    because: "they ask nothing of the kernel, and `read` of no bytes is taken for the end of the file",
    isIn: someCall(
      (call) =>
        ("size" in call && call.call !== "ftruncate" && call.size === 0) ||
        ("bytes" in call && call.bytes === ""),
    ),
  },
  "offsets counted backwards": {
    because: "the model refuses what the kernel answers with EINVAL",
    isIn: someCall((call) => call.call === "lseek" && Number(call.offset) < 0),
  },
  "writes that are seen half done": {
    because: "nobody can make a real kernel stop in the middle of a write",
    isIn: ({ tornWrites }, run) =>
      tornWrites !== false || run.some(({ events }) => events.some(({ type }) => type === "progress")),
  },
  "faults but `crash`, `stop` and `cont`": {
    because:
      "a full disk is nothing that a test may bring about, and the others are about clients and the daemon",
    isIn: ({ faults = {} }) => Object.keys(faults).some((name) => !["crash", "stop", "cont"].includes(name)),
  },
  timers: {
    because: "the model has no clock",
    isIn: someCall(
      (call) =>
        (call.call === "read" && call.timeout === true) || (call.call === "poll" && length(call.timeout) > 0),
    ),
  },
  "sockets that are full": {
    because: "real buffers have other sizes, and count other things than bytes",
    isIn: (_, run) =>
      run.some(
        ({ action, events }) =>
          events.some(
            (event) =>
              event.type === "return" &&
              event.request.call === "write" &&
              (event.result.type === "short" || event.result.type === "EAGAIN"),
          ) || action.outcome.endsWith("so far"),
      ),
  },
  "`poll` on several descriptors": {
    because:
      "which one of several that are ready is the model's choice, and the first one for a real process",
    isIn: someCall((call) => call.call === "poll" && length(call.input) + length(call.room) > 1),
  },
  "waits with several signals unblocked": {
    because: "the kernel runs the handlers of all that are pending, the model of one",
    isIn: someCall(
      (call) => (call.call === "sigsuspend" || call.call === "poll") && signalsOf(call).length > 1,
    ),
  },
  "blocking other signals than SIGUSR1, SIGUSR2 and SIGTERM": {
    because:
      "the kernel keeps a blocked SIGCHLD or SIGCONT pending, the model drops it; SIGKILL and SIGSTOP cannot be blocked",
    isIn: someCall((call) =>
      [...signalsOf(call), ...("block" in call ? (call.block as Signal[]) : [])].some(
        (one) => !blockable.includes(one as never),
      ),
    ),
  },
  "dispositions of SIGKILL and SIGSTOP": {
    because: "EINVAL, which no machine expects",
    isIn: someCall(
      (call) => call.call === "sigaction" && (call.signal === "SIGKILL" || call.signal === "SIGSTOP"),
    ),
  },
  "`fork` by a process that has installed a handler": {
    because: "a real fork is a spawn, and keeps no handlers",
    isIn: someScript((calls) => {
      const installed = calls.findIndex((call) => handles(call, [...blockable, "SIGCHLD", "SIGCONT"]));
      return installed >= 0 && calls.slice(installed).some(({ call }) => call === "fork");
    }),
  },
  "`waitpid` but once, for an only child": {
    because:
      "without a child the kernel gives ECHILD, the model waits; of two that have died, the kernel takes any",
    isIn: someScript((calls) =>
      calls.some(
        ({ call }, at) =>
          call === "waitpid" &&
          (calls.slice(0, at).filter(starts).length !== 1 ||
            calls.slice(0, at).some((one) => one.call === "waitpid")),
      ),
    ),
  },
  "`waitpid` where SIGCHLD is ignored": {
    because: "the kernel gives ECHILD when the last child has gone, the model waits",
    isIn: (program) =>
      callsOf(program).some(({ call }) => call === "waitpid") &&
      callsOf(program).some(
        (call) =>
          call.call === "sigaction" &&
          call.signal === "SIGCHLD" &&
          !isRef(call.disposition) &&
          call.disposition.kind === "ignore",
      ),
  },
  "`setpgid` by the leader of a session": {
    because: "EPERM from the kernel, not from the model",
    isIn: ({ processes, start }) =>
      start.some((role) => processes[role]?.some(({ call }) => call === "setpgid")),
  },
  "`setpgid` into the group of one's own name": {
    because: "the kernel would make it anew where it has gone",
    isIn: someScript((calls, role) => calls.some((call) => call.call === "setpgid" && call.group === role)),
  },
  "a signal for somebody who has not been started yet": {
    because: "a process that has no number yet cannot be asked for",
    isIn: (program, run) => {
      const before = startedBefore(program, run);
      return run.some(({ events }, at) =>
        events.some(
          (event) =>
            event.type === "call" &&
            event.request.call === "kill" &&
            before[at]?.has(event.request.process) === false,
        ),
      );
    },
  },
  "a role that is started twice": {
    because: "what its descriptors are would hang on who starts it",
    isIn: (program) => {
      const started = [
        ...program.start,
        ...callsOf(program).flatMap((call) => ("role" in call ? [String(call.role)] : [])),
      ];
      return new Set(started).size < started.length;
    },
  },
  "SIGSTOP for oneself or one's own group": {
    because: "a real process stops inside the call, and tells of its result only when it goes on",
    isIn: (program, run) =>
      run.some(({ events }) =>
        events.some(
          (event) =>
            event.type === "call" &&
            ((event.request.call === "kill" &&
              event.request.signal === "SIGSTOP" &&
              event.request.process === event.process) ||
              (event.request.call === "killpg" &&
                event.request.signal === "SIGSTOP" &&
                ["own", founderOf(program, roleOf(event.process))].includes(event.request.group))),
        ),
      ),
  },
  "groups of their own where somebody is stopped": {
    because: "the kernel sends SIGHUP and SIGCONT to a stopped group that loses its last tie to the session",
    isIn: (program) =>
      stops(program) && callsOf(program).some((call) => call.call === "spawn" && call.group === "own"),
  },
  "handlers of SIGCHLD where somebody is stopped": {
    because: "the kernel tells a parent of stopped and continued children, too",
    isIn: (program) => stops(program) && callsOf(program).some((call) => handles(call, ["SIGCHLD"])),
  },
  "System V's handlers where somebody is stopped": {
    because:
      "two signals for a stopped process are one for the kernel, and two for the model, whose second one kills",
    isIn: (program) => stops(program) && callsOf(program).some((call) => handles(call, "once")),
  },
};
