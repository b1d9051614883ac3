/** Faults that hit clients: they may stop reading, be cut off, and come back. */
import { accept, client, connect, listen, read, script, write } from "../../../model/public.ts";
import { type Fact, fact } from "../fact.ts";

const openPort = listen("listener");
const readAgain = read("connection[1.2]", 1);
const takeClient = [openPort, accept("listener", "socket")];

export const clientFacts: readonly Fact[] = [
  fact(
    "a client that never reads holds up whoever writes more to it than its socket takes",
    { A: script(...takeClient, write("socket", "abc")) },
    {
      client: script(connect("socket"), read("socket", 9), read("socket", 9)),
      parameters: { socketBuffer: 2 },
      bounds: { faults: { "never-reads": 2 } },
      tells: ["write"],
      outcomes: ["A: 3", "A: waits in write; client[1]: never-reads", "A: 3; client[1]: never-reads"],
    },
  ),
  fact(
    "a client may be cut off at any moment; what it has sent can still be read",
    { A: script(...takeClient, read("socket", 9)) },
    {
      client,
      bounds: { messages: 0, faults: { disconnect: 1 } },
      tells: ["read"],
      outcomes: [
        'A: "kk"; client[1]: waits in read',
        'A: "kk"; client[1]: disconnect, waits in pause',
        "A: end; client[1]: disconnect, waits in pause",
      ],
    },
  ),
  fact(
    "a client that has been cut off may return, on a connection of its own",
    { A: script(openPort, accept("listener"), accept("listener")) },
    {
      client,
      bounds: { messages: 0, faults: { disconnect: 1, return: 1 } },
      tells: ["accept"],
      outcomes: [
        "A: connection[1], waits in accept; client[1]: waits in read",
        "A: connection[1], waits in accept; client[1]: disconnect, waits in pause",
        "A: connection[1], connection[1.2]; client[1]: disconnect, return, waits in read",
      ],
    },
  ),
  fact(
    "a stranger shows no other token when it returns",
    { A: script(openPort, accept("listener"), accept("listener"), read("connection[1.2]", 9)) },
    {
      client,
      bounds: { clients: 0, strangers: 1, messages: 0, faults: { disconnect: 1, return: 1 } },
      tells: ["read"],
      outcomes: [
        "A: waits in accept; client[1]: waits in read",
        "A: waits in accept; client[1]: disconnect, waits in pause",
        'A: "kx"; client[1]: disconnect, return, waits in read',
      ],
    },
  ),
  fact(
    "a client that is cut off in the middle of a segment sends all of the next one when it returns",
    { A: script(openPort, accept("listener"), accept("listener"), readAgain, readAgain) },
    {
      client,
      parameters: { socketBuffer: 1 },
      bounds: { messages: 0, faults: { disconnect: 1, return: 1 } },
      tells: ["read"],
      outcomes: [
        "A: waits in accept; client[1]: waits in write",
        "A: waits in accept; client[1]: disconnect, waits in pause",
        'A: "k", "k"; client[1]: disconnect, return, waits in read',
      ],
    },
  ),
];
