/** Which calls a signal interrupts, which go on, and how a wait misses no signal. */
import {
  exit,
  flock,
  handler,
  kill,
  killpg,
  open,
  pause,
  poll,
  pread,
  read,
  script,
  sigaction,
  sigprocmask,
  sigsuspend,
  spawn,
  type Template,
  the,
  waitpid,
  write,
} from "../../../model/index.ts";
import { type Fact, fact } from "../fact.ts";

const block = sigprocmask("block", "SIGUSR1");
const catching = (flags: { restart: boolean }) => sigaction("SIGUSR1", handler(flags));
const catchIt = catching({ restart: true });
/** To itself: the first process is alone in its group. */
const raise = killpg("own", "SIGUSR1");
const suspend = sigsuspend("SIGUSR1");
const pollSignal = poll({ unblock: ["SIGUSR1"] });

const openLog = open("log", "log", { access: "write", append: true });

/** Waits until B has come so far, and then sends it a signal. */
const interruptB = [spawn("B", { lifeline: "line" }), read("line", 1), kill(the("B"), "SIGUSR1")];
const interrupting = script(...interruptB);
const ready = write("line", "x");

/** B waits in a call, with a handler that does not restart it and with one that does; A sees to it that it must wait. */
const blockedIn = (call: Template, before: readonly Template[], tale: string): readonly Fact[] => {
  const A = script(...before, ...interruptB);
  const B = (restart: boolean) => script(catching({ restart }), openLog, spawn("C"), ready, call);
  const C = script();
  const tells = [call.call];
  return [
    fact(
      `[8] a blocked ${call.call} returns EINTR without SA_RESTART`,
      { A, B: B(false), C },
      { tells, outcomes: [`${tale}B: EINTR`, `${tale}B: waits in ${call.call}`] },
    ),
    fact(
      `[8] a blocked ${call.call} goes on with SA_RESTART`,
      { A, B: B(true), C },
      { tells, outcomes: [`${tale}B: waits in ${call.call}`] },
    ),
  ];
};

export const interruptionFacts: readonly Fact[] = [
  fact(
    "[11] a signal that is handled before pause() is lost to it",
    { A: script(catchIt, raise, pause()) },
    { tells: ["pause"], outcomes: ["A: waits in pause"] },
  ),
  fact(
    "[8] pause returns EINTR even with SA_RESTART, if the signal comes late enough",
    { A: interrupting, B: script(catchIt, ready, pause()) },
    { tells: ["pause"], outcomes: ["B: EINTR", "B: waits in pause"] },
  ),
  fact(
    "[11] blocked, a signal is not lost: sigsuspend returns at once, whenever it came",
    { A: interrupting, B: script(block, catchIt, ready, suspend) },
    { tells: ["sigsuspend"], outcomes: ["B: EINTR"] },
  ),
  fact(
    "poll with the signal unblocked waits for it in the same way",
    { A: interrupting, B: script(block, catchIt, ready, pollSignal) },
    { tells: ["poll"], outcomes: ["B: EINTR"] },
  ),
  fact(
    "[8] sigsuspend and poll return EINTR even with SA_RESTART, and leave the signal blocked again",
    { A: script(block, catchIt, raise, suspend, raise, pollSignal, raise, poll({ input: [] })) },
    { tells: ["sigsuspend", "poll"], outcomes: ["A: EINTR, EINTR, waits in poll"] },
  ),
  fact(
    "poll tells of input before it tells of a signal that waits",
    {
      A: script(
        block,
        catchIt,
        spawn("B", { lifeline: "line" }),
        waitpid(),
        raise,
        ...[poll({ input: ["line"], unblock: ["SIGUSR1"] }), suspend],
      ),
      B: script(exit()),
    },
    { tells: ["poll", "sigsuspend"], outcomes: ["A: readable line, EINTR"] },
  ),
  ...blockedIn(flock("log", "EX"), [openLog, flock("log", "EX")], "A: ok; "),
  ...blockedIn(waitpid(), [], ""),
  fact(
    "a handled signal does not spoil the next call",
    { A: script(openLog, catching({ restart: false }), raise, write("log", "a"), flock("log", "EX")) },
    { tells: ["write", "flock"], outcomes: ["A: 1, ok"] },
  ),
  fact(
    "[9] a handler does not interrupt a write to a file, nor a read of it",
    {
      A: script(spawn("C"), ...interruptB),
      B: script(catching({ restart: false }), openLog, ready, write("log", "abc"), pread("log", 1, 0)),
      C: script(openLog, write("log", "cc")), // may hold up B's write, which waits all the same
    },
    {
      tornWrites: true,
      tells: ["write", "pread"],
      outcomes: ['B: 1, 3, "a"; C: 2', 'B: 1, 3, "c"; C: 2'],
    },
  ),
];
