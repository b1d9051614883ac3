/** Calls of small protocols, and what a process does about an answer that it did not hope for. */
import fc from "fast-check";
import {
  flock,
  fstat,
  ftruncate,
  handler,
  ignore,
  kill,
  killpg,
  lseek,
  pause,
  poll,
  pread,
  read,
  setpgid,
  sigaction,
  sigprocmask,
  sigsuspend,
  type Template,
  the,
  waitpid,
  write,
} from "../../model/index.ts";

export interface Step {
  readonly call: Template;
  /** Where anything but success leads: on to the next call, to the same one again, or to the end. */
  readonly otherwise: "on" | "again" | "end";
}

const some = (...calls: readonly Template[]): fc.Arbitrary<Template> => fc.constantFrom(...calls);

const locks = some(
  ...[flock("log", "EX"), flock("log", "UN"), flock("log", "SH")],
  ...[flock("log", "EX", { nonblock: true }), flock("log", "SH", { nonblock: true })],
);
const files = some(
  ...[write("log", the("line")), read("log", 2), pread("log", 64, 0), lseek("log", 0, "SET")],
  ...[fstat("log"), ftruncate("log", 0)],
);
const sockets = some(
  ...[read("socket", 1), read("socket", 64), write("socket", the("line"))],
  read("socket", 1, { timeout: true }),
  write("socket", the("line"), { nonblock: true }),
);
const lifelines = some(read("lifeline", 64), write("lifeline", the("line")));
const kills = some(
  ...[killpg("as", "SIGUSR1"), killpg("bs", "SIGUSR1"), killpg("own", "SIGUSR1")],
  ...[killpg("as", "SIGSTOP"), killpg("as", "SIGCONT"), killpg("bs", "SIGKILL")],
  ...[kill(the("child"), "SIGUSR1"), kill(the("child"), "SIGKILL"), kill("S", "SIGUSR1")],
  ...[kill("S", "SIGTERM"), killpg("as", "SIGTERM"), killpg("own", "SIGTERM"), kill(the("child"), "SIGTERM")],
  ...[kill("S", "SIGSTOP"), setpgid("bs"), kill("A[1]", "SIGTERM")],
);
const masks = some(
  ...[sigprocmask("block", "SIGUSR1"), sigprocmask("unblock", "SIGUSR1"), sigaction("SIGUSR1", ignore)],
  ...[true, false].map((restart) => sigaction("SIGUSR1", handler({ restart }))),
  sigaction("SIGUSR1", handler({ restart: true, once: true })),
  ...[
    sigprocmask("block", "SIGTERM"),
    sigprocmask("unblock", "SIGTERM"),
    sigprocmask("block", "SIGUSR1", "SIGTERM"),
  ],
  ...[sigaction("SIGCHLD", ignore), sigaction("SIGCHLD", handler({ restart: false }))],
);
const waits = some(
  ...[pause(), sigsuspend("SIGUSR1"), poll({ input: ["socket"] }), poll({ room: ["socket"] }), waitpid()],
  poll({ input: ["socket"], unblock: ["SIGUSR1"] }),
  poll({ input: ["lifeline", "socket"], unblock: ["SIGUSR1"] }),
  poll({ input: ["socket"], unblock: ["SIGUSR1", "SIGTERM"] }),
  poll({ input: ["socket"], timeout: ["socket"] }),
  poll({ input: ["lifeline"], unblock: ["SIGTERM"], timeout: ["lifeline"] }),
);

const weighted = (weight: number, arbitrary: fc.Arbitrary<Template>) => ({ weight, arbitrary });

export const step: fc.Arbitrary<Step> = fc.record({
  call: fc.oneof(
    ...[weighted(6, locks), weighted(4, files), weighted(3, sockets), weighted(4, kills)],
    ...[weighted(2, masks), weighted(3, waits), weighted(1, lifelines)],
  ),
  otherwise: fc.constantFrom("on", "on", "again", "end"),
});

const descriptors = ["log", "socket", "lifeline"] as const;
/** Which of them a process has. */
export type Having = readonly (typeof descriptors)[number][];

const namesIn = (call: Template): readonly unknown[] => {
  if (call.call === "poll") return [call.input, call.room].flat();
  return "fd" in call ? [call.fd] : [];
};

/** Whether a process has all that its call is about. */
export const suits = (call: Template, having: Having): boolean =>
  descriptors.every((fd) => having.includes(fd) || !namesIn(call).includes(fd));
