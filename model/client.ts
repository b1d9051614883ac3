/**
 * The client: connects, sends its token and its lines, and reads whatever comes until the server closes. Its user may
 * cut the connection at any moment (`disconnect`) and come back later (`return`).
 *
 * It sends everything before it reads anything: the worst order for a server with small buffers, and since reading late
 * is only a delay, no behaviour of a client that reads in between is missing.
 */
import { assign, setup } from "xstate";
import { close, connect, parameter, pause, read, the, write } from "./call.ts";
import { machineTypes } from "./machine.ts";

export type ClientContext = {
  /** The token of the session. */
  token: string;
  /** What is still to be sent, one segment each. */
  segments: string[];
  segment: string;
};

const next = ({ context: { segments } }: { context: ClientContext }) => ({
  segment: segments[0] ?? "",
  segments: segments.slice(1),
});
const hasMore = ({ context }: { context: ClientContext }) => context.segments.length > 0;

export const client = setup({ types: machineTypes<ClientContext>() }).createMachine({
  id: "client",
  context: ({ input }) => ({ token: input.token, segments: [...input.segments], segment: "" }),
  initial: "connectToServer",
  on: { failed: ".away", disconnect: { target: ".away", actions: assign({ segment: "", segments: [] }) } },
  states: {
    connectToServer: {
      meta: { call: connect("socket") },
      on: {
        ok: [{ guard: hasMore, target: "sendSegment", actions: assign(next) }, { target: "receive" }],
        ECONNREFUSED: "away",
      },
    },
    sendSegment: {
      meta: { call: write("socket", the("segment")) },
      on: {
        ok: [
          { guard: hasMore, target: "sendSegment", actions: assign(next) },
          { target: "receive", actions: assign({ segment: "" }) },
        ],
        EPIPE: "receive",
        ECONNRESET: "closeSocket",
      },
    },
    receive: {
      meta: { call: read("socket", parameter("socketBuffer")) },
      on: { data: "receive", eof: "closeSocket", ECONNRESET: "closeSocket" },
    },
    closeSocket: {
      meta: { call: close("socket") },
      on: { ok: "away" },
    },
    away: {
      meta: { call: pause() },
      on: {
        return: {
          target: "connectToServer",
          actions: assign({ segments: ({ context }) => [context.token] }),
        },
      },
    },
  },
});
