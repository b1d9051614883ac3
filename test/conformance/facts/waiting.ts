/** Waiting for several things at once, and for no longer than a timer allows. */
import { exit, open, poll, read, script, spawn, waitpid, write } from "../../../model/index.ts";
import { type Fact, fact } from "../fact.ts";

const startB = spawn("B", { lifeline: "line" });
const say = (bytes: string) => write("line", bytes);
const hear = read("line", 9);
const hearOne = read("line", 1);
const hearInTime = read("line", 9, { timeout: true });
const narrow = { socketBuffer: 2 };

export const waitingFacts: readonly Fact[] = [
  fact(
    "poll tells that there is something to read, or that the peer has gone",
    {
      A: script(startB, poll({ input: ["line"] }), hear, poll({ input: ["line"] }), hear),
      B: script(say("b"), exit()),
    },
    { tells: ["poll", "read"], outcomes: ['A: readable line, "b", readable line, end'] },
  ),
  fact(
    "poll tells that there is room, or that the peer has gone; it waits while there is none",
    {
      A: script(startB, say("ab"), poll({ room: ["line"] }), waitpid(), poll({ room: ["line"] })),
      B: script(hearOne, exit()),
    },
    { parameters: narrow, tells: ["poll"], outcomes: ["A: writable line, writable line"] },
  ),
  fact(
    "poll waits where there is no room",
    { A: script(startB, say("ab"), poll({ room: ["line"] })), B: script() },
    { parameters: narrow, tells: ["poll"], outcomes: ["A: waits in poll"] },
  ),
  fact(
    "of several descriptors that are ready, poll may serve any",
    {
      A: script(
        startB,
        spawn("C", { lifeline: "other" }),
        waitpid(),
        waitpid(),
        poll({ input: ["line", "other"] }),
      ),
      B: script(exit()),
      C: script(exit()),
    },
    { tells: ["poll"], outcomes: ["A: readable line", "A: readable other"] },
  ),
  fact(
    "a timer runs out only where whoever is at the other end can do nothing about it",
    {
      A: script(startB, hearInTime, hearInTime, poll({ input: ["line"], timeout: ["line"] })),
      B: script(say("b")),
    },
    { tells: ["read", "poll"], outcomes: ['A: "b", timeout line, timeout line'] },
  ),
  fact(
    "a timer may run out while others are busy",
    {
      A: script(startB, spawn("C"), hearInTime, open("log", "log", { access: "read" }), read("log", 9)),
      B: script(),
      C: script(open("log", "log", { access: "write", append: true }), write("log", "c")),
    },
    { tells: ["read"], outcomes: ['A: timeout line, "c"', "A: timeout line, end"] },
  ),
];
