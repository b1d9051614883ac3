/** Processes: groups and sessions, who is reached by a signal, zombies and who reaps them. */
import {
  exit,
  handler,
  ignore,
  kill,
  killpg,
  read,
  script,
  setpgid,
  sigaction,
  sigprocmask,
  sigsuspend,
  spawn,
  the,
  waitpid,
  write,
} from "../../../model/index.ts";
import { type Fact, fact } from "../fact.ts";

const block = sigprocmask("block", "SIGUSR1");
const catchIt = sigaction("SIGUSR1", handler({ restart: true }));
const suspend = sigsuspend("SIGUSR1");
const ended = script(exit());
/** The end of file on the line tells that its other end is gone, and leaves the zombie where it is. */
const hear = read("line", 1);
const tellsSignal = ["sigsuspend"] as const;

export const processFacts: readonly Fact[] = [
  fact(
    "[15] kill(0) reaches every member of the sender's group, the sender included, and nobody else",
    {
      A: script(block, catchIt, spawn("B"), spawn("C", { group: "own" }), killpg("own", "SIGUSR1"), suspend),
      B: script(catchIt, suspend),
      C: script(catchIt, suspend),
    },
    { tells: tellsSignal, outcomes: ["A: EINTR; B: EINTR; C: waits in sigsuspend"] },
  ),
  fact(
    "[15] kill(-g) reaches every member of g, and the sender only if it is one",
    {
      A: script(
        block,
        catchIt,
        spawn("B", { group: "own", lifeline: "line" }),
        hear,
        ...[killpg("B", "SIGUSR1"), suspend],
      ),
      B: script(spawn("C"), write("line", "x"), catchIt, suspend),
      C: script(catchIt, suspend),
    },
    { tells: tellsSignal, outcomes: ["A: waits in sigsuspend; B: EINTR; C: EINTR"] },
  ),
  fact(
    "a group that nobody is in gives ESRCH",
    {
      A: script(spawn("B", { group: "own" }), waitpid(), killpg("B", "SIGUSR1"), killpg("nobody", "SIGUSR1")),
      B: ended,
    },
    { tells: ["killpg"], outcomes: ["A: ESRCH, ESRCH"] },
  ),
  fact(
    "a group of zombies can be signalled, without effect",
    {
      A: script(
        spawn("B", { group: "own", lifeline: "line" }),
        hear,
        ...[killpg("B", "SIGTERM"), killpg("B", "SIGKILL"), waitpid(), killpg("B", "SIGTERM")],
      ),
      B: ended,
    },
    { tells: ["killpg", "waitpid"], outcomes: ["A: ok, ok, B, ESRCH"] },
  ),
  fact(
    "[15] a signal to one's own group reaches oneself, too: whoever does not catch it dies of it",
    { A: script(spawn("B", { group: "own" }), waitpid()), B: script(killpg("own", "SIGTERM")) },
    { tells: ["killpg", "waitpid"], outcomes: ["A: B killed; B: dies of SIGTERM"] },
  ),
  fact(
    "a zombie can be signalled, without effect; reaped, it gives ESRCH",
    {
      A: script(
        spawn("B", { lifeline: "line" }),
        hear,
        ...[kill(the("B"), "SIGKILL"), waitpid(), kill(the("B"), "SIGKILL")],
      ),
      B: ended,
    },
    { tells: ["kill", "waitpid"], outcomes: ["A: ok, B, ESRCH"] },
  ),
  fact(
    "a group outlives its leader",
    {
      A: script(spawn("B", { group: "own" }), waitpid(), killpg("B", "SIGTERM")),
      B: script(spawn("C"), exit()),
      C: script(),
    },
    { tells: ["killpg"], outcomes: ["A: ok; C: dies of SIGTERM"] },
  ),
  fact(
    "[15] setpgid moves a process from its group to another one of its session",
    {
      A: script(
        block,
        catchIt,
        spawn("B", { group: "own", lifeline: "line" }),
        hear,
        ...[killpg("B", "SIGUSR1"), killpg("own", "SIGUSR1")],
      ),
      B: script(catchIt, setpgid("A"), write("line", "x"), suspend),
    },
    { tells: ["setpgid", "killpg", "sigsuspend"], outcomes: ["A: ESRCH, ok; B: ok, EINTR"] },
  ),
  fact(
    "the leader of a session stays in its group: setpgid gives EPERM, also into its own",
    {
      A: script(spawn("B", { group: "own", lifeline: "line" }), hear, setpgid("A"), setpgid("B")),
      B: script(write("line", "x")),
    },
    { tells: ["setpgid"], outcomes: ["A: EPERM, EPERM"] },
  ),
  fact(
    "the leader of a group may leave it, and come back to a group of its own, also when nobody is left there",
    {
      A: script(spawn("B", { group: "own" })),
      B: script(setpgid("B"), setpgid("A"), setpgid("A"), setpgid("B")),
    },
    { tells: ["setpgid"], outcomes: ["B: ok, ok, ok, ok"] },
  ),
  fact(
    "a process may leave for a group of its own that was not there before",
    {
      A: script(spawn("B", { lifeline: "line" }), hear, killpg("B", "SIGTERM")),
      B: script(setpgid("B"), write("line", "x")),
    },
    { tells: ["setpgid", "killpg"], outcomes: ["A: ok; B: ok, dies of SIGTERM"] },
  ),
  fact(
    "[22] setpgid into a group of another session gives EPERM",
    { A: script(), B: script(setpgid("A")) },
    { start: ["A", "B"], tells: ["setpgid"], outcomes: ["B: EPERM"] },
  ),
  fact(
    "[22] setpgid into a group that has become empty gives EPERM",
    { A: script(spawn("B", { group: "own" }), waitpid(), spawn("C")), B: ended, C: script(setpgid("B")) },
    { tells: ["setpgid"], outcomes: ["C: EPERM"] },
  ),
  fact(
    "a zombie keeps its group alive until it is reaped",
    {
      A: script(spawn("B", { group: "own", lifeline: "line" }), hear, spawn("C")),
      B: ended,
      C: script(setpgid("B")),
    },
    { tells: ["setpgid", "zombies"], outcomes: ["B: zombie; C: ok"] },
  ),
  fact(
    "[20] a process that has ended is a zombie until it is waited for",
    { A: script(spawn("B"), spawn("B"), waitpid()), B: ended },
    { tells: ["waitpid", "zombies"], outcomes: ["A: B; B[2]: zombie", "A: B[2]; B: zombie"] },
  ),
  fact(
    "waitpid tells whether the child called exit or was killed",
    {
      A: script(spawn("B"), waitpid(), spawn("C"), kill(the("C"), "SIGTERM"), waitpid()),
      B: ended,
      C: script(),
    },
    { tells: ["waitpid"], outcomes: ["A: B, C killed; C: dies of SIGTERM"] },
  ),
  fact(
    "waitpid waits while no child has ended",
    { A: script(spawn("B"), waitpid()), B: script() },
    { tells: ["waitpid"], outcomes: ["A: waits in waitpid"] },
  ),
  fact(
    "of several children that have ended waitpid may take any first",
    {
      A: script(
        spawn("B", { lifeline: "line" }),
        spawn("C", { lifeline: "other" }),
        ...[read("other", 1), hear, waitpid(), waitpid()],
      ),
      B: ended,
      C: ended,
    },
    { tells: ["waitpid"], outcomes: ["A: B, C", "A: C, B"] },
  ),
  fact(
    "waitpid of a process without children gives ECHILD, also where it had some",
    { A: script(waitpid(), spawn("B"), waitpid(), waitpid()), B: ended },
    { tells: ["waitpid"], outcomes: ["A: ECHILD, B, ECHILD"] },
  ),
  fact(
    "whoever ignores SIGCHLD waits until all its children have gone, and then gets ECHILD",
    {
      A: script(
        sigaction("SIGCHLD", ignore),
        ...[spawn("B"), spawn("C", { lifeline: "line" }), waitpid(), hear],
      ),
      B: ended,
      C: script(write("line", "x"), exit()),
    },
    { tells: ["waitpid", "read"], outcomes: ['A: ECHILD, "x"'] },
  ),
  fact(
    "it waits for ever for a child that never ends",
    {
      A: script(sigaction("SIGCHLD", ignore), spawn("B"), spawn("C"), waitpid()),
      B: ended,
      C: script(),
    },
    { tells: ["waitpid"], outcomes: ["A: waits in waitpid"] },
  ),
  fact(
    "a zombie from before SIGCHLD was ignored is still there to be reaped",
    {
      A: script(spawn("B", { lifeline: "line" }), hear, sigaction("SIGCHLD", ignore), waitpid(), waitpid()),
      B: ended,
    },
    { tells: ["waitpid"], outcomes: ["A: B, ECHILD"] },
  ),
  fact(
    "[20] the children of a process that has ended go to init, which reaps them",
    {
      A: script(spawn("B"), waitpid()),
      B: script(spawn("C"), exit()),
      C: ended,
    },
    { tells: ["waitpid", "zombies"], outcomes: ["A: B"] },
  ),
  fact(
    "[20] a zombie whose parent ends goes to init, too",
    {
      A: script(spawn("B", { lifeline: "line" }), hear, waitpid()),
      B: script(spawn("C", { lifeline: "other" }), read("other", 1), exit()),
      C: ended,
    },
    { tells: ["waitpid", "zombies"], outcomes: ["A: B"] },
  ),
  fact(
    "whoever ignores SIGCHLD has its children reaped by the kernel",
    { A: script(sigaction("SIGCHLD", ignore), spawn("B")), B: ended },
    { tells: ["zombies"], outcomes: [""] },
  ),
  fact(
    "SIGCHLD wakes a parent that catches it",
    {
      A: script(
        sigprocmask("block", "SIGCHLD"),
        sigaction("SIGCHLD", handler({ restart: true })),
        spawn("B"),
        sigsuspend("SIGCHLD"),
        waitpid(),
      ),
      B: ended,
    },
    { tells: ["sigsuspend", "waitpid"], outcomes: ["A: EINTR, B"] },
  ),
  fact(
    "SIGCHLD does nothing by default, whoever sends it",
    { A: script(spawn("B"), kill(the("B"), "SIGCHLD"), sigsuspend("SIGCHLD")), B: ended },
    { tells: ["sigsuspend", "zombies"], outcomes: ["A: waits in sigsuspend; B: zombie"] },
  ),
];
