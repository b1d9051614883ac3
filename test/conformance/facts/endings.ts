/**
 * How a TCP connection ends, as whoever is left at the other end is told of it. A second connection tells here that the
 * first one is closed, where that cannot be read off the first.
 */
import {
  accept,
  close,
  connect,
  kill,
  listen,
  poll,
  read,
  script,
  spawn,
  type Template,
  the,
  write,
} from "../../../model/index.ts";
import { type Fact, fact } from "../fact.ts";

const openPort = listen("listener");
const hear = read("socket", 9);
const say = (bytes: string) => write("socket", bytes);
const trySaying = (bytes: string) => write("socket", bytes, { nonblock: true });
const isInput = poll({ input: ["socket"] });
const isRoom = poll({ room: ["socket"] });
const call = connect("socket");
const hangUp = close("socket");
const takeCall = [openPort, accept("listener", "socket")];

/** A server whose client closes when it has read everything, and what the server does when it knows. */
const afterClose = (...calls: readonly Template[]) => ({ A: script(...takeCall, isInput, ...calls) });
const leaving = script(call, hangUp);

/** A server whose client has sent something and closed, its own input read or not, and what the server does then. */
const afterLastWords = (...calls: readonly Template[]) => ({
  A: script(...takeCall, ...calls),
});
const isGone = accept("listener", "second");
const leavingWords = script(call, say("hi"), hangUp, connect("second"));
const leavingUnread = script(call, say("hi"), isInput, hangUp, connect("second"));

const both = "readable socket, writable socket";
const tells = ["read", "write"] as const;

export const endingFacts: readonly Fact[] = [
  fact(
    "the first write to a peer that has closed is taken, and lost; the next one gives EPIPE",
    afterClose(say("a"), say("b"), say("c")),
    { client: leaving, tells, outcomes: ["A: 1, EPIPE, EPIPE"] },
  ),
  fact(
    "the same for a write that must not wait",
    afterClose(trySaying("a"), trySaying("b"), trySaying("c")),
    { client: leaving, tells, outcomes: ["A: 1, EPIPE, EPIPE"] },
  ),
  fact(
    "a write of no bytes finds nothing out, until it is known",
    afterClose(say(""), say(""), say("a"), say("")),
    { client: leaving, tells, outcomes: ["A: 0, 0, 1, EPIPE"] },
  ),
  fact(
    "reads give the end of file before and after the write that is lost, and use up no error that a write would get",
    afterClose(hear, say("a"), hear, hear, say("b"), hear),
    { client: leaving, tells, outcomes: ["A: end, 1, end, end, EPIPE, end"] },
  ),
  fact(
    "what the peer sent before it closed can be read all the same, also after a write was lost and another refused",
    afterLastWords(isGone, say("a"), say("b"), hear, hear),
    { client: leavingWords, tells, outcomes: ['A: 1, EPIPE, "hi", end; client[1]: 2'] },
  ),
  fact(
    "poll says that a peer which has closed can be read from and written to, and goes on saying so",
    afterClose(isInput, isRoom, say("a"), isInput, isRoom, say("b"), isInput, isRoom),
    {
      client: leaving,
      tells: ["poll", "write"],
      // Before the first write, after the one that is lost, and after the one that is refused.
      outcomes: [`A: readable socket, ${both}, 1, ${both}, EPIPE, ${both}`],
    },
  ),
  fact(
    "a reset is told to whoever reads, once: afterwards reads give the end of file, and writes EPIPE",
    { A: script(...takeCall, say("a"), isInput, hear, hear, say("b"), hear) },
    { client: script(call, isInput, hangUp), tells, outcomes: ["A: 1, ECONNRESET, end, EPIPE, end"] },
  ),
  fact(
    "a reset is told to whoever writes, once: afterwards reads give the end of file",
    { A: script(...takeCall, say("a"), isInput, say("b"), hear, say("c"), hear) },
    { client: script(call, isInput, hangUp), tells, outcomes: ["A: 1, ECONNRESET, end, EPIPE, end"] },
  ),
  fact(
    "the same for a write that must not wait",
    { A: script(...takeCall, say("a"), isInput, trySaying("b"), trySaying("c"), hear) },
    { client: script(call, isInput, hangUp), tells, outcomes: ["A: 1, ECONNRESET, EPIPE, end"] },
  ),
  fact(
    "what the peer sent before the reset is read first",
    afterLastWords(say("a"), isGone, hear, hear, hear, say("b")),
    { client: leavingUnread, tells, outcomes: ['A: 1, "hi", ECONNRESET, end, EPIPE; client[1]: 2'] },
  ),
  fact(
    "a writer is told of the reset before that is read, and nothing of it is lost",
    afterLastWords(say("a"), isGone, say("b"), hear, hear, say("c")),
    { client: leavingUnread, tells, outcomes: ['A: 1, ECONNRESET, "hi", end, EPIPE; client[1]: 2'] },
  ),
  fact(
    "poll says that a connection which has been reset can be read from and written to, before it is told and after",
    { A: script(...takeCall, say("a"), isInput, isRoom, hear, isInput, isRoom) },
    {
      client: script(call, isInput, hangUp),
      tells: ["poll", "read"],
      outcomes: [`A: ${both}, ECONNRESET, ${both}; client[1]: readable socket`],
    },
  ),
  fact(
    "a write that waits for room when the connection is reset says how much it moved; the reset is told to the next call",
    { A: script(...takeCall, say("abc"), say("d"), say("e"), hear) },
    {
      client: script(call, isInput, hangUp),
      parameters: { socketBuffer: 2 },
      tells,
      outcomes: ["A: 2 short, ECONNRESET, EPIPE, end"],
    },
  ),
  fact(
    "[20] a process that is killed closes its end as well: with all input read, that is the end of file",
    {
      A: script(
        ...takeCall,
        spawn("B", { descriptors: { socket: "socket" } }),
        hangUp,
        kill(the("B"), "SIGKILL"),
      ),
      B: script(),
    },
    {
      client: script(call, hear, say("a"), say("b")),
      tells,
      outcomes: ["B[1]: dies of SIGKILL; client[1]: end, 1, EPIPE"],
    },
  ),
  fact(
    "[20] and with input unread, a reset",
    {
      A: script(
        ...takeCall,
        isInput,
        spawn("B", { descriptors: { socket: "socket" } }),
        hangUp,
        kill(the("B"), "SIGKILL"),
      ),
      B: script(),
    },
    {
      client: script(call, say("a"), hear, hear, say("b")),
      tells,
      outcomes: ["B[1]: dies of SIGKILL; client[1]: 1, ECONNRESET, end, EPIPE"],
    },
  ),
  fact(
    "a connection whose client has gone again can still be accepted, and what was sent on it be read",
    { A: script(...takeCall, hear, hear) },
    {
      client: script(call, say("hi"), hangUp),
      tells: ["accept", "read"],
      outcomes: ['A: socket, "hi", end'],
    },
  ),
  fact(
    "a client that nobody has accepted is told once, by a write or a read, that the port has closed",
    { A: script(openPort, poll({ input: ["listener"] }), close("listener")) },
    {
      client: script(call, isInput, say("a"), say("b"), hear),
      tells,
      outcomes: ["client[1]: ECONNRESET, EPIPE, end"],
    },
  ),
  fact(
    "that one of the two ends is closed says nothing of bytes on their way to the other",
    { A: script(...takeCall, say("a"), hangUp) },
    { client: script(call, hear, hear), tells, outcomes: ['A: 1; client[1]: "a", end'] },
  ),
];
