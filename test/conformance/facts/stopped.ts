/** SIGSTOP and SIGCONT: what a stopped process keeps, and what waits for it. */
import {
  exit,
  flock,
  handler,
  kill,
  killpg,
  open,
  pause,
  read,
  script,
  sigaction,
  sigsuspend,
  spawn,
  the,
  waitpid,
  write,
} from "../../../model/index.ts";
import { type Fact, fact } from "../fact.ts";

const catchIt = sigaction("SIGUSR1", handler({ restart: true }));
const suspend = sigsuspend("SIGUSR1");
const hear = read("line", 1);
const openLog = open("log", "log", { access: "write", append: true });

export const stoppedFacts: readonly Fact[] = [
  fact(
    "SIGCONT does nothing to a process that runs",
    { A: script(spawn("B"), kill(the("B"), "SIGCONT")), B: script() },
    { tells: [], outcomes: [""] },
  ),
  fact(
    "[21] signals to a stopped process wait until it is continued",
    {
      A: script(
        spawn("B"),
        kill(the("B"), "SIGSTOP"),
        kill(the("B"), "SIGTERM"),
        spawn("C"),
        kill(the("C"), "SIGSTOP"),
        kill(the("C"), "SIGTERM"),
        kill(the("C"), "SIGCONT"),
      ),
      B: script(),
      C: script(),
    },
    { tells: [], outcomes: ["C: dies of SIGTERM"] },
  ),
  fact(
    "[21] SIGKILL does not wait",
    { A: script(spawn("B"), kill(the("B"), "SIGSTOP"), kill(the("B"), "SIGKILL")), B: script() },
    { tells: [], outcomes: ["B: dies of SIGKILL"] },
  ),
  fact(
    "[21] a handler runs when its process is continued, and not before",
    {
      A: script(
        spawn("B", { block: ["SIGUSR1"], lifeline: "line" }),
        hear,
        kill(the("B"), "SIGSTOP"),
        kill(the("B"), "SIGUSR1"),
        spawn("C", { block: ["SIGUSR1"], lifeline: "other" }),
        read("other", 1),
        kill(the("C"), "SIGSTOP"),
        kill(the("C"), "SIGUSR1"),
        kill(the("C"), "SIGCONT"),
      ),
      B: script(catchIt, write("line", "x"), suspend),
      C: script(catchIt, write("other", "x"), suspend),
    },
    { tells: ["sigsuspend"], outcomes: ["C: EINTR"] },
  ),
  fact(
    "a group that loses its last tie to the session while somebody in it is stopped is continued",
    {
      A: script(spawn("B", { group: "own" }), waitpid()),
      B: script(spawn("C", { lifeline: "line" }), hear, kill(the("C"), "SIGSTOP"), exit()),
      C: script(write("line", "x"), exit()),
    },
    { tells: ["exit"], outcomes: ["B: exits; C: exits"] },
  ),
  fact(
    "a group whose leader's parent lives on in its session is not orphaned: who is stopped in it stays so",
    {
      A: script(spawn("B", { group: "own", lifeline: "line" }), hear, killpg("B", "SIGSTOP")),
      B: script(spawn("C"), write("line", "x"), pause()),
      C: script(exit()),
    },
    { tells: ["exit"], outcomes: ["", "C: exits"] },
  ),
  fact(
    "[21] a stopped process keeps its lock",
    {
      A: script(
        spawn("B", { lifeline: "line" }),
        hear,
        kill(the("B"), "SIGSTOP"),
        openLog,
        flock("log", "SH", { nonblock: true }),
      ),
      B: script(openLog, flock("log", "EX"), write("line", "x")),
    },
    { tells: ["flock"], outcomes: ["A: EWOULDBLOCK; B: ok"] },
  ),
  fact(
    "[21] and its descriptors: whoever reads from it waits, and is told of no end",
    {
      A: script(spawn("B", { lifeline: "line" }), hear, kill(the("B"), "SIGSTOP"), hear),
      B: script(write("line", "x")),
    },
    { tells: ["read"], outcomes: ['A: "x", waits in read'] },
  ),
];
