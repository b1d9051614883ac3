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

/** A signal is sent while a handler is due that serves once. */
const isSecond = ({ object, before, event }: Transition["reactions"][number]): boolean => {
  const { disposition } = before.context as { readonly disposition?: { readonly once?: boolean } };
  return (
    object === "signal" && before.state === "caught" && event.type === "send" && disposition?.once === true
  );
};

/** Whether a run does what real processes cannot be made to do. */
export const isForcible = (run: readonly Transition[]): boolean =>
  !run.some(({ reactions }) => reactions.some(isSecond));

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
  "a second signal for a System V handler that is about to run": {
    because: "a process at the gate has handled the first one by then, and the second one kills it",
    isIn: (_, run) => run.some(({ reactions }) => reactions.some(isSecond)),
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
