/** The listening port. Whoever connects is the protocol's client; it waits for a port that has never been open. */
import {
  accept,
  close,
  connect,
  exit,
  handler,
  kill,
  listen,
  poll,
  read,
  script,
  sigaction,
  spawn,
  the,
  write,
} from "../../../model/index.ts";
import { type Fact, fact } from "../fact.ts";

const openPort = listen("listener");
const call = connect("socket");
const interrupting = script(spawn("B", { lifeline: "line" }), read("line", 1), kill(the("B"), "SIGUSR1"));
const accepting = (restart: boolean) =>
  script(sigaction("SIGUSR1", handler({ restart })), openPort, write("line", "x"), accept("listener"));

export const portFacts: readonly Fact[] = [
  fact(
    "a connection stands before anybody accepts it: what is sent at once waits to be read",
    { A: script(openPort, accept("listener", "socket"), read("socket", 9)) },
    {
      client: script(call, write("socket", "hi")),
      tells: ["connect", "write", "read"],
      outcomes: ['A: "hi"; client[1]: ok, 2'],
    },
  ),
  fact(
    "a process that listens and never accepts completes connections all the same",
    { A: script(openPort) },
    { client: script(call), tells: ["connect"], outcomes: ["client[1]: ok"] },
  ),
  fact(
    "accept waits for a connection",
    { A: script(openPort, accept("listener")) },
    { tells: ["accept"], outcomes: ["A: waits in accept"] },
  ),
  fact(
    "accept takes the oldest connection first",
    { A: script(openPort, accept("listener"), accept("listener"), read("connection[1]", 1)) },
    {
      client: script(call, write("socket", "x")),
      bounds: { clients: 2 },
      tells: ["accept", "read"],
      outcomes: ['A: connection[1], connection[2], "x"', 'A: connection[2], connection[1], "x"'],
    },
  ),
  fact(
    "[8] a blocked accept returns EINTR without SA_RESTART",
    { A: interrupting, B: accepting(false) },
    { tells: ["accept"], outcomes: ["B: EINTR", "B: waits in accept"] },
  ),
  fact(
    "[8] a blocked accept goes on with SA_RESTART",
    { A: interrupting, B: accepting(true) },
    { tells: ["accept"], outcomes: ["B: waits in accept"] },
  ),
  fact(
    "poll tells that a connection can be accepted",
    { A: script(openPort, poll({ input: ["listener"] }), accept("listener", "socket")) },
    { client: script(call), tells: ["poll", "accept"], outcomes: ["A: readable listener, socket"] },
  ),
  fact(
    "a peer that closes with input unread resets the connection: a writer is told ECONNRESET once, and then EPIPE",
    {
      A: script(
        openPort,
        accept("listener", "socket"),
        write("socket", "a"),
        poll({ input: ["socket"] }),
        write("socket", "b"),
        write("socket", "c"),
      ),
    },
    {
      client: script(call, poll({ input: ["socket"] }), close("socket")),
      tells: ["write"],
      outcomes: ["A: 1, ECONNRESET, EPIPE"],
    },
  ),
  fact(
    "the port can be opened only once at a time",
    { A: script(openPort, listen("another"), close("listener"), listen("another")) },
    { tells: ["listen"], outcomes: ["A: ok, EADDRINUSE, ok"] },
  ),
  fact(
    "[20] a port whose listening process has ended refuses connections",
    { A: script(openPort, accept("listener", "socket"), exit()) },
    {
      client: script(call, read("socket", 1), connect("second")),
      tells: ["connect", "read"],
      outcomes: ["client[1]: ok, end, ECONNREFUSED"],
    },
  ),
  fact(
    "a connection that nobody has accepted is over when the port closes: its client does not wait",
    { A: script(openPort, poll({ input: ["listener"] }), close("listener")) },
    { client: script(call, read("socket", 1)), tells: [], outcomes: [""] },
  ),
  fact(
    "a connection that nobody has accepted is reset when the port closes",
    { A: script(openPort, poll({ input: ["listener"] }), close("listener")) },
    {
      client: script(call, read("socket", 1)),
      tells: ["connect", "read"],
      outcomes: ["client[1]: ok, ECONNRESET"],
    },
  ),
];
