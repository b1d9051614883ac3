/** flock(2): the lock belongs to the open file description, and excludes only other descriptions. */
import {
  close,
  exit,
  flock,
  fork,
  kill,
  open,
  read,
  script,
  spawn,
  the,
  waitpid,
  write,
} from "../../../model/index.ts";
import { type Fact, fact } from "../fact.ts";

const openLog = open("log", "log", { access: "write", append: true });
const openAgain = open("log", "again", { access: "write", append: true });
const inherited = { descriptors: { log: "log" } };
const withLine = { lifeline: "line" };
const say = write("line", "x");
const hear = read("line", 1);
/** Asks for a lock without waiting for it. */
const ask = (mode: "SH" | "EX", fd = "log") => flock(fd, mode, { nonblock: true });
const tells = ["flock"] as const;

export const flockFacts: readonly Fact[] = [
  fact(
    "[1] descriptors handed on at spawn do not exclude each other",
    { A: script(openLog, flock("log", "EX"), spawn("B", inherited)), B: script(ask("EX")) },
    { tells, outcomes: ["A: ok; B: ok"] },
  ),
  fact(
    "[1] nor do those that fork hands on",
    { A: script(openLog, flock("log", "EX"), fork("B")), B: script(ask("EX")) },
    { tells, outcomes: ["A: ok; B: ok"] },
  ),
  fact(
    "[1] a second open of the same file excludes the first",
    { A: script(openLog, flock("log", "EX"), spawn("B")), B: script(openLog, ask("EX")) },
    { tells, outcomes: ["A: ok; B: EWOULDBLOCK"] },
  ),
  fact(
    "[1] two opens in one process exclude each other too",
    { A: script(openLog, openAgain, flock("log", "EX"), ask("SH", "again")) },
    { tells, outcomes: ["A: ok, EWOULDBLOCK"] },
  ),
  fact(
    "[2] LOCK_UN through any duplicate, in any process, releases the lock",
    {
      A: script(openLog, flock("log", "EX"), spawn("B", inherited), waitpid(), ask("EX", "log"), spawn("C")),
      B: script(flock("log", "UN"), spawn("C"), waitpid(), exit()),
      C: script(openLog, ask("EX"), exit()),
    },
    { tells, outcomes: ["A: ok, ok; B: ok; C: ok; C[2]: EWOULDBLOCK"] },
  ),
  fact(
    "[2] LOCK_UN by a description that holds nothing has no effect",
    {
      A: script(openLog, flock("log", "EX"), spawn("B"), waitpid(), spawn("B")),
      B: script(openLog, flock("log", "UN"), ask("EX"), exit()),
    },
    { tells, outcomes: ["A: ok; B: ok, EWOULDBLOCK; B[2]: ok, EWOULDBLOCK"] },
  ),
  fact(
    "[3] a killed holder's lock is released with the last descriptor of its description",
    {
      A: script(
        openLog,
        spawn("B", withLine),
        hear,
        ask("EX"),
        kill(the("B"), "SIGKILL"),
        waitpid(),
        ask("EX"),
      ),
      B: script(openLog, flock("log", "EX"), say),
    },
    { tells, outcomes: ["A: EWOULDBLOCK, ok; B: ok, dies of SIGKILL"] },
  ),
  fact(
    "[3] a killed holder's lock stays while a duplicate of its description lives",
    {
      A: script(openLog, spawn("B", withLine), hear, kill(the("B"), "SIGKILL"), waitpid(), ask("EX")),
      B: script(openLog, flock("log", "EX"), spawn("C", inherited), say),
      C: script(),
    },
    { tells, outcomes: ["A: EWOULDBLOCK; B: ok, dies of SIGKILL"] },
  ),
  fact(
    "[20] a process that exits releases a lock that only it held",
    { A: script(openLog, spawn("B"), waitpid(), ask("EX")), B: script(openLog, flock("log", "EX"), exit()) },
    { tells, outcomes: ["A: ok; B: ok"] },
  ),
  fact(
    "closing one of two descriptors of a description keeps the lock, closing the last one releases it",
    {
      A: script(
        openLog,
        flock("log", "EX"),
        spawn("B", { ...inherited, ...withLine }),
        hear,
        ...[close("log"), spawn("C"), waitpid(), say],
      ),
      B: script(say, hear, close("log"), spawn("C"), waitpid()),
      C: script(openLog, ask("EX"), exit()),
    },
    { tells, outcomes: ["A: ok; C: EWOULDBLOCK; C[2]: ok"] },
  ),
  fact(
    "[4] an upgrade that fails with LOCK_NB has lost the shared lock",
    {
      A: script(openLog, flock("log", "SH"), spawn("B", withLine), hear, ask("EX")),
      B: script(openLog, flock("log", "SH"), ask("EX"), say),
    },
    { tells, outcomes: ["A: ok, ok; B: ok, EWOULDBLOCK"] },
  ),
  fact(
    "[4] an upgrade that waits has given up its shared lock first",
    {
      A: script(openLog, flock("log", "SH"), spawn("B", withLine), hear, ask("EX"), flock("log", "UN")),
      B: script(openLog, flock("log", "SH"), say, flock("log", "EX")),
    },
    {
      tells,
      outcomes: [
        "A: ok, EWOULDBLOCK, ok; B: ok, ok", // it asks while B still reads, and has lost its own lock
        "A: ok, ok, ok; B: ok, ok", // B has given up its lock, and gets the other one after A
      ],
    },
  ),
  fact(
    "[4] of two readers that upgrade at once one goes on: neither keeps what the other waits for",
    {
      A: script(openLog, flock("log", "SH"), spawn("B"), flock("log", "EX"), flock("log", "UN")),
      B: script(openLog, flock("log", "SH"), flock("log", "EX"), flock("log", "UN")),
    },
    { tells, outcomes: ["A: ok, ok, ok; B: ok, ok, ok"] },
  ),
  fact(
    "[4] the only reader's upgrade is one step: no waiting writer gets in between, as Linux does it",
    {
      A: script(openLog, flock("log", "SH"), spawn("B", withLine), hear, ask("EX")),
      B: script(openLog, say, flock("log", "EX")),
    },
    { tells, outcomes: ["A: ok, ok; B: waits in flock"] },
  ),
  fact(
    "asking for the mode that is held changes nothing",
    {
      A: script(openLog, flock("log", "EX"), flock("log", "EX"), spawn("B"), waitpid()),
      B: script(openLog, ask("SH"), exit()),
    },
    { tells, outcomes: ["A: ok, ok; B: EWOULDBLOCK"] },
  ),
  fact(
    "a downgrade from EX to SH lets readers in, and keeps writers out",
    {
      A: script(openLog, flock("log", "EX"), flock("log", "SH"), spawn("B")),
      B: script(openLog, ask("SH"), ask("EX")),
    },
    { tells, outcomes: ["A: ok, ok; B: ok, EWOULDBLOCK"] },
  ),
  fact(
    "[5] a new shared lock is granted past a queued writer",
    {
      A: script(openLog, flock("log", "SH"), spawn("B"), spawn("C")),
      B: script(openLog, flock("log", "EX")),
      C: script(openLog, ask("SH")),
    },
    { tells, outcomes: ["A: ok; B: waits in flock; C: ok"] },
  ),
  fact(
    "[5] a process that waits for itself waits for ever: no deadlock is detected",
    { A: script(openLog, openAgain, flock("log", "EX"), flock("again", "EX")) },
    { tells, outcomes: ["A: ok, waits in flock"] },
  ),
  fact(
    "a blocked flock is granted when the holder unlocks",
    {
      A: script(openLog, flock("log", "EX"), spawn("B"), flock("log", "UN")),
      B: script(openLog, flock("log", "EX")),
    },
    { tells, outcomes: ["A: ok, ok; B: ok"] },
  ),
];
