/** Signals: dispositions, masks, what is pending, and what a child gets of them. */
import {
  fork,
  handler,
  ignore,
  kill,
  killpg,
  pause,
  read,
  script,
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
const unblock = sigprocmask("unblock", "SIGUSR1");
const catching = (flags: { restart: boolean; once?: boolean }) => sigaction("SIGUSR1", handler(flags));
const catchIt = catching({ restart: true });
const ignoreIt = sigaction("SIGUSR1", ignore);
/** To itself: the first process is alone in its group. */
const raise = killpg("own", "SIGUSR1");
const suspend = sigsuspend("SIGUSR1");

/** A process that waits until B has come so far, and then sends it a signal. */
const interrupting = script(spawn("B", { lifeline: "line" }), read("line", 1), kill(the("B"), "SIGUSR1"));
const ready = write("line", "x");

export const signalFacts: readonly Fact[] = [
  fact(
    "a signal kills by default",
    { A: script(spawn("B"), kill(the("B"), "SIGUSR1")), B: script() },
    { tells: [], outcomes: ["B: dies of SIGUSR1"] },
  ),
  fact(
    "a signal that is ignored does nothing, also to a process that waits",
    { A: interrupting, B: script(ignoreIt, ready, pause()) },
    { tells: ["pause"], outcomes: ["B: waits in pause"] },
  ),
  fact(
    "SIGKILL cannot be blocked",
    {
      A: script(spawn("B", { lifeline: "line" }), read("line", 1), kill(the("B"), "SIGKILL")),
      B: script(sigprocmask("block", "SIGKILL"), ready),
    },
    { tells: [], outcomes: ["B: dies of SIGKILL"] },
  ),
  fact(
    "[10] signals do not queue: two that wait are one delivery",
    { A: script(block, catchIt, raise, raise, suspend, suspend) },
    { tells: ["sigsuspend"], outcomes: ["A: EINTR, waits in sigsuspend"] },
  ),
  fact(
    "[12] fork clears what is pending, and keeps handlers and mask",
    {
      A: script(block, catchIt, raise, fork("B"), kill(the("B"), "SIGUSR1"), suspend, suspend),
      B: script(suspend, suspend),
    },
    {
      tells: ["sigsuspend"],
      outcomes: ["A: EINTR, waits in sigsuspend; B: EINTR, waits in sigsuspend"],
    },
  ),
  fact(
    "[12] fork keeps what is ignored",
    { A: script(ignoreIt, fork("B"), kill(the("B"), "SIGUSR1")), B: script(pause()) },
    { tells: ["pause"], outcomes: ["B: waits in pause"] },
  ),
  fact(
    "[12] exec resets handlers",
    { A: script(catchIt, spawn("B"), kill(the("B"), "SIGUSR1")), B: script() },
    { tells: [], outcomes: ["B: dies of SIGUSR1"] },
  ),
  fact(
    "[12] exec keeps what is ignored",
    { A: script(ignoreIt, spawn("B"), kill(the("B"), "SIGUSR1")), B: script(pause()) },
    { tells: ["pause"], outcomes: ["B: waits in pause"] },
  ),
  fact(
    "[12] exec keeps the mask: a signal to a process that is just starting waits for its handler",
    { A: script(block, spawn("B"), kill(the("B"), "SIGUSR1")), B: script(catchIt, suspend) },
    { tells: ["sigsuspend"], outcomes: ["B: EINTR"] },
  ),
  fact(
    "a child can be started with a signal blocked that its parent does not block",
    {
      A: script(spawn("B", { block: ["SIGUSR1"] }), kill(the("B"), "SIGUSR1")),
      B: script(catchIt, suspend),
    },
    { tells: ["sigsuspend"], outcomes: ["B: EINTR"] },
  ),
  fact(
    "[13] a signal sent while it is ignored is gone when a handler is installed",
    { A: script(ignoreIt, raise, catchIt, pause()) },
    { tells: ["pause"], outcomes: ["A: waits in pause"] },
  ),
  fact(
    "[13] a signal sent while it is ignored and blocked stays pending",
    { A: script(ignoreIt, block, raise, catchIt, suspend) },
    { tells: ["sigsuspend"], outcomes: ["A: EINTR"] },
  ),
  fact(
    "ignoring a signal discards the one that is pending",
    { A: script(block, catchIt, raise, ignoreIt, catchIt, suspend) },
    { tells: ["sigsuspend"], outcomes: ["A: waits in sigsuspend"] },
  ),
  fact(
    "unblocking a pending signal delivers it: a handler runs before the next call",
    { A: script(block, catchIt, raise, unblock, pause()) },
    { tells: ["pause"], outcomes: ["A: waits in pause"] },
  ),
  fact(
    "[14] a System V handler serves once: the second signal kills",
    {
      A: script(
        spawn("B", { lifeline: "line" }),
        ...[read("line", 1), kill(the("B"), "SIGUSR1"), read("line", 1), kill(the("B"), "SIGUSR1")],
      ),
      B: script(block, catching({ restart: false, once: true }), ready, suspend, unblock, ready),
    },
    { tells: ["sigsuspend"], outcomes: ["B: EINTR, dies of SIGUSR1"] },
  ),
  fact(
    "[14] a BSD handler serves for ever",
    { A: script(block, catching({ restart: true }), raise, suspend, raise, suspend) },
    { tells: ["sigsuspend"], outcomes: ["A: EINTR, EINTR"] },
  ),
  fact(
    "a wait that unblocks a pending signal without a handler is its death",
    {
      A: script(spawn("B", { block: ["SIGUSR1"] }), kill(the("B"), "SIGUSR1")),
      B: script(suspend),
    },
    { tells: ["sigsuspend"], outcomes: ["B: dies of SIGUSR1"] },
  ),
  fact(
    "a process that unblocks a pending signal without a handler dies of it",
    {
      A: script(spawn("B", { block: ["SIGUSR1"] }), kill(the("B"), "SIGUSR1"), waitpid()),
      B: script(unblock),
    },
    {
      tells: ["waitpid"],
      outcomes: ["A: B killed; B: dies of SIGUSR1"],
    },
  ),
  fact(
    "a process that sends itself a deadly signal dies of it",
    { A: script(spawn("B", { group: "own" }), waitpid()), B: script(raise) },
    {
      tells: ["waitpid"],
      outcomes: ["A: B killed; B: dies of SIGUSR1"],
    },
  ),
];
