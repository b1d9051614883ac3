/** Sockets: two streams of bounded capacity, their ends and resets. */
import {
  close,
  exit,
  handler,
  kill,
  poll,
  read,
  script,
  sigaction,
  spawn,
  the,
  waitpid,
  write,
} from "../../../model/index.ts";
import { type Fact, fact } from "../fact.ts";

/** Every pair of processes here is parent and child, with a socketpair between them. */
const startB = spawn("B", { lifeline: "line" });
const say = (bytes: string) => write("line", bytes);
const trySaying = (bytes: string) => write("line", bytes, { nonblock: true });
const hear = read("line", 9);
const hearOne = read("line", 1);
const narrow = { socketBuffer: 2 };
const catchWithoutRestart = sigaction("SIGUSR1", handler({ restart: false }));
const catchWithRestart = sigaction("SIGUSR1", handler({ restart: true }));

export const socketFacts: readonly Fact[] = [
  fact(
    "a stream keeps no boundaries between writes, and loses and reorders nothing",
    { A: script(startB, say("ab"), say("c")), B: script(hear, hear) },
    { tells: ["read"], outcomes: ['B: "ab", "c"', 'B: "abc", waits in read'] },
  ),
  fact(
    "a read takes at most what is asked for, and leaves the rest",
    { A: script(startB, say("ab")), B: script(hearOne, hearOne) },
    { tells: ["read"], outcomes: ['B: "a", "b"'] },
  ),
  fact(
    "each direction is a stream of its own",
    { A: script(startB, say("a"), hear), B: script(say("b"), hear) },
    { tells: ["read"], outcomes: ['A: "b"; B: "a"'] },
  ),
  fact(
    "when the peer has closed, what it sent is read first, and then the end of file, as often as one asks",
    { A: script(startB, say("a"), close("line")), B: script(hear, hear, hear) },
    { tells: ["read"], outcomes: ['B: "a", end, end'] },
  ),
  fact(
    "[20] a process that exits or is killed closes its end as well",
    { A: script(startB, kill(the("B"), "SIGKILL"), hear), B: script() },
    { tells: ["read"], outcomes: ["A: end; B: dies of SIGKILL"] },
  ),
  fact(
    "a write to a peer that has closed gives EPIPE",
    { A: script(startB, waitpid(), say("a"), say("b")), B: script(exit()) },
    { tells: ["write"], outcomes: ["A: EPIPE, EPIPE"] },
  ),
  fact(
    "a peer that closes with input unread resets the connection: what it sent is read first, then ECONNRESET once",
    {
      A: script(startB, say("a"), waitpid(), hear, hear, hear),
      B: script(say("b"), poll({ input: ["line"] }), exit()),
    },
    { tells: ["read"], outcomes: ['A: "b", ECONNRESET, end'] },
  ),
  fact(
    "a writer is told of that by EPIPE: a socketpair knows no other answer to a write",
    {
      A: script(startB, say("a"), waitpid(), say("c"), say("d")),
      B: script(poll({ input: ["line"] }), exit()),
    },
    {
      tells: ["write"],
      outcomes: ["A: 1, EPIPE, EPIPE"],
    },
  ),
  fact(
    "that does not use the reset up: who reads is told of it all the same",
    {
      A: script(startB, say("a"), waitpid(), say("c"), hear, hear, say("d")),
      B: script(poll({ input: ["line"] }), exit()),
    },
    { tells: ["read", "write"], outcomes: ["A: 1, EPIPE, ECONNRESET, end, EPIPE"] },
  ),
  fact(
    "only what the peer has not read counts: what it sent, and nobody has read yet, resets nothing",
    {
      A: script(startB, say("a"), waitpid(), hear, hear),
      B: script(say("b"), hear, exit()),
    },
    { tells: ["read"], outcomes: ['A: "b", end; B: "a"'] },
  ),
  fact(
    "a write that waits for room when the peer closes with input unread says how much it moved, and has used the reset up",
    {
      A: script(startB, say("abc"), say("d"), hear),
      B: script(poll({ input: ["line"] }), exit()),
    },
    { parameters: narrow, tells: ["read", "write"], outcomes: ["A: 2 short, EPIPE, end"] },
  ),
  fact(
    "a read of no bytes returns at once",
    { A: script(startB, read("line", 0)), B: script() },
    { tells: ["read"], outcomes: ["A: end"] },
  ),
  fact(
    "an end that several processes hold is closed when the last of them closes it",
    {
      A: script(startB, say("a"), hear),
      B: script(spawn("C", { descriptors: { line: "line" } }), exit()),
      C: script(hear, say("c"), exit()),
    },
    { tells: ["read"], outcomes: ['A: "c"; C: "a"'] },
  ),
  fact(
    "a write that must not wait takes what fits, and where nothing fits gives EAGAIN",
    { A: script(startB, trySaying("abc"), trySaying("c")), B: script() },
    { parameters: narrow, tells: ["write"], outcomes: ["A: 2 short, EAGAIN"] },
  ),
  fact(
    "a write that may wait goes on as its reader makes room, and returns the whole count",
    { A: script(startB, say("abc")), B: script(hear, hear) },
    { parameters: narrow, tells: ["write", "read"], outcomes: ['A: 3; B: "ab", "c"'] },
  ),
  fact(
    "a write to a peer that never reads waits for ever",
    { A: script(startB, say("abc")), B: script() },
    { parameters: narrow, tells: ["write"], outcomes: ["A: waits in write"] },
  ),
  fact(
    "[9] a write that a handler interrupts after it has moved some bytes returns their count, and none before",
    {
      A: script(startB, hearOne, kill(the("B"), "SIGUSR1")),
      B: script(catchWithoutRestart, say("r"), say("abc")),
    },
    {
      parameters: narrow,
      tells: ["write"],
      outcomes: [
        "B: 1, 2 short", // interrupted where it waits for room
        "B: 1, waits in write", // handled before the call
      ],
    },
  ),
  fact(
    "[8] a write that has moved nothing yet returns EINTR without SA_RESTART",
    {
      A: script(startB, poll({ input: ["line"] }), kill(the("B"), "SIGUSR1")),
      B: script(catchWithoutRestart, say("ab"), say("c")),
    },
    { parameters: narrow, tells: ["write"], outcomes: ["B: 2, EINTR", "B: 2, waits in write"] },
  ),
  fact(
    "[8] a blocked read returns EINTR without SA_RESTART",
    {
      A: script(startB, hearOne, kill(the("B"), "SIGUSR1")),
      B: script(catchWithoutRestart, say("r"), hear),
    },
    { tells: ["read"], outcomes: ['A: "r"; B: EINTR', 'A: "r"; B: waits in read'] },
  ),
  fact(
    "[8] a blocked read goes on with SA_RESTART",
    {
      A: script(startB, hearOne, kill(the("B"), "SIGUSR1"), say("z")),
      B: script(catchWithRestart, say("r"), hear),
    },
    { tells: ["read"], outcomes: ['A: "r"; B: "z"'] },
  ),
  fact(
    "[8] a blocked write goes on with SA_RESTART",
    {
      A: script(startB, poll({ input: ["line"] }), kill(the("B"), "SIGUSR1"), hear),
      B: script(catchWithRestart, say("ab"), say("c")),
    },
    { parameters: narrow, tells: ["write"], outcomes: ["B: 2, 1"] },
  ),
];
