/**
 * The daemon: listens, authenticates, starts one cluster a client, and knows nothing of any cluster afterwards.
 *
 * It never reads more than is missing of a token, so every byte behind it is still in the socket that RECV inherits.
 * It waits for all connections at once: a stranger that says nothing keeps nobody waiting, and costs no process.
 */
import { assign, setup } from "xstate";
import { accept, close, exit, ignore, listen, poll, read, sigaction, spawn, the } from "./call.ts";
import { machineTypes } from "./machine.ts";

export type DaemonContext = {
  /** The token that opens a session. */
  token: string;
  /** What the daemon waits for: its anchor, its port, and every connection that has not shown its token yet. */
  watched: string[];
  /** The connections among them. */
  waiting: string[];
  /** The part of its token that each waiting connection has sent. */
  shown: Record<string, string>;
  /** The connection at hand, and how much of its token is missing. */
  current: string;
  missing: number;
};

const without = (shown: Record<string, string>, gone: string) =>
  Object.fromEntries(Object.entries(shown).filter(([name]) => name !== gone));

export const daemon = setup({ types: machineTypes<DaemonContext>() }).createMachine({
  id: "daemon",
  context: ({ input }) => ({
    token: input.token,
    watched: ["lifeline", "listener"],
    waiting: [],
    shown: {},
    current: "",
    missing: 0,
  }),
  initial: "ignoreChildren",
  on: { failed: ".leave" },
  states: {
    ignoreChildren: {
      meta: { call: sigaction("SIGCHLD", ignore) }, // the kernel reaps them
      on: { ok: "openPort" },
    },
    openPort: {
      meta: { call: listen("listener") },
      on: { ok: "awaitConnections", EADDRINUSE: "leave" },
    },
    awaitConnections: {
      meta: { call: poll({ input: the("watched"), timeout: the("waiting") }) },
      on: {
        readable: [
          { guard: ({ event }) => event.name === "listener", target: "acceptConnection" },
          { guard: ({ event }) => event.name === "lifeline", target: "leave" }, // the anchor has gone
          {
            target: "readToken",
            actions: assign(({ context, event }) => ({
              current: event.name,
              missing: context.token.length - (context.shown[event.name] ?? "").length,
            })),
          },
        ],
        timeout: { target: "dropConnection", actions: assign({ current: ({ event }) => event.name }) },
      },
    },
    acceptConnection: {
      meta: { call: accept("listener") },
      on: {
        ok: {
          target: "awaitConnections",
          actions: assign(({ context, event }) => ({
            watched: [...context.watched, event.name],
            waiting: [...context.waiting, event.name],
            shown: { ...context.shown, [event.name]: "" },
          })),
        },
      },
    },
    readToken: {
      meta: { call: read(the("current"), the("missing")) },
      on: {
        data: [
          {
            guard: ({ context, event }) => context.shown[context.current] + event.bytes === context.token,
            target: "startCluster",
          },
          { guard: ({ context, event }) => event.bytes.length === context.missing, target: "dropConnection" },
          {
            target: "awaitConnections",
            actions: assign(({ context, event }) => ({
              shown: { ...context.shown, [context.current]: context.shown[context.current] + event.bytes },
              current: "",
              missing: 0,
            })),
          },
        ],
        eof: "dropConnection",
        ECONNRESET: "dropConnection",
      },
    },
    startCluster: {
      meta: { call: spawn("RECV", { descriptors: { socket: the("current") } }) },
      on: { ok: "dropConnection" },
    },
    dropConnection: {
      meta: { call: close(the("current")) },
      on: {
        ok: {
          target: "awaitConnections",
          actions: assign(({ context }) => ({
            watched: context.watched.filter((name) => name !== context.current),
            waiting: context.waiting.filter((name) => name !== context.current),
            shown: without(context.shown, context.current),
            current: "",
            missing: 0,
          })),
        },
      },
    },
    leave: { meta: { call: exit() } },
  },
});
