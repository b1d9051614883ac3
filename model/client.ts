/**
 * The client: connects, sends its token and its lines, and reads whatever comes until the server closes. Its user may
 * cut the connection at any moment (`disconnect`) and come back later (`return`).
 *
 * Unless it is `paced`, it sends everything before it reads anything: the worst order for a server with small buffers,
 * and since reading late is only a delay, no behaviour of a client that reads in between is missing.
 */
import { assign, setup } from "xstate";
import { close, connect, parameter, pause, read, the, write } from "./call.ts";
import { noticePrefix, splitLines } from "./line.ts";
import { machineTypes } from "./machine.ts";

export type ClientContext = {
  /** The token of the session. */
  token: string;
  /** What is still to be sent, one segment each. */
  segments: string[];
  segment: string;
  /** Whether each line waits for the one before it to come back. */
  paced: boolean;
  /** The line that is waited for, and what has been received since it was sent. */
  awaited: string;
  heard: string;
};

type Input = { context: ClientContext };

const next = ({ context: { segments } }: Input) => ({
  segment: segments[0] ?? "",
  segments: segments.slice(1),
});
const hasMore = ({ context }: Input) => context.segments.length > 0;
const endsLine = ({ context }: Input) => context.paced && context.segment.endsWith("\n");

/** The last line of a segment; what follows the token where both come in one. */
const lastLine = (segment: string): string =>
  segment.slice(segment.lastIndexOf("\n", segment.length - 2) + 1);

const comesBack = (context: ClientContext, bytes: string): boolean => {
  const heard = context.heard + bytes;
  return splitLines(heard).lines.some(
    (line) => context.awaited.endsWith(line) || line.startsWith(noticePrefix),
  );
};

export const client = setup({ types: machineTypes<ClientContext>() }).createMachine({
  id: "client",
  context: ({ input }) => ({
    token: input.token,
    segments: [...input.segments],
    segment: "",
    paced: input.paced ?? false,
    awaited: "",
    heard: "",
  }),
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
          {
            guard: endsLine,
            target: "awaitEcho",
            actions: assign({ segment: "", awaited: ({ context }) => lastLine(context.segment) }),
          },
          { guard: hasMore, target: "sendSegment", actions: assign(next) },
          { target: "receive", actions: assign({ segment: "" }) },
        ],
        short: "receive", // the server has closed
        EPIPE: "receive",
        ECONNRESET: "closeSocket",
      },
    },
    awaitEcho: {
      meta: { call: read("socket", parameter("socketBuffer")) },
      on: {
        data: [
          {
            guard: ({ context, event }) => comesBack(context, event.bytes) && context.segments.length > 0,
            target: "sendSegment",
            actions: [assign(next), assign({ awaited: "", heard: "" })],
          },
          {
            guard: ({ context, event }) => comesBack(context, event.bytes),
            target: "receive",
            actions: assign({ awaited: "", heard: "" }),
          },
          {
            target: "awaitEcho",
            actions: assign({ heard: ({ context, event }) => splitLines(context.heard + event.bytes).rest }),
          },
        ],
        eof: "closeSocket",
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
