import { assign, setup } from "xstate";
import {
  exit,
  flock,
  fstat,
  handler,
  lseek,
  parameter,
  pause,
  read,
  sigaction,
  the,
  write,
} from "../../call.ts";
import { splitLines } from "../../line.ts";
import { machineTypes } from "../../machine.ts";

interface SendContext {
  historyLines: number;
  historySize: number;
  /** Where in the log this SEND believes it is. */
  offset: number;
  /** What it has read and not written to its client yet. */
  chunk: string;
}

/** The published SEND: history under the lock; then one read for each signal, and a pause() in which signals get lost. */
export const publishedSend = setup({ types: machineTypes<SendContext>() }).createMachine({
  id: "SEND",
  context: ({ input: { parameters } }) => ({
    historyLines: parameters.historyLines,
    historySize: parameters.historySize,
    offset: 0,
    chunk: "",
  }),
  initial: "catchSignal",
  on: { failed: ".leave" },
  states: {
    catchSignal: {
      meta: { call: sigaction("SIGUSR1", handler({ restart: false })) },
      on: { ok: "lockHistory" },
    },
    lockHistory: {
      meta: { call: flock("log", "SH") },
      on: { ok: "measureLog", EINTR: "leave" },
    },
    measureLog: {
      meta: { call: fstat("log"), critical: "read" },
      on: {
        ok: {
          target: "seekHistory",
          actions: assign({
            offset: ({ context, event }) => Math.max(0, event.value - context.historySize),
          }),
        },
      },
    },
    seekHistory: {
      meta: { call: lseek("log", the("offset"), "SET"), critical: "read" },
      on: { ok: "readHistory" },
    },
    readHistory: {
      meta: { call: read("log", parameter("historySize")), critical: "read" },
      on: {
        data: {
          target: "sendHistory",
          actions: assign(({ context, event }) => {
            const { lines, rest } = splitLines(event.bytes);
            return {
              chunk: [...lines, rest].slice(-context.historyLines - 1).join(""),
              offset: context.offset + event.bytes.length,
            };
          }),
        },
        eof: "unlockHistory",
      },
    },
    sendHistory: {
      meta: { call: write("socket", the("chunk")) },
      on: {
        ok: { target: "unlockHistory", actions: assign({ chunk: "" }) },
        short: "leave",
        EINTR: "leave",
        EPIPE: "leave",
        ECONNRESET: "leave",
      },
    },
    unlockHistory: {
      meta: { call: flock("log", "UN") },
      on: { ok: "awaitSignal" },
    },
    awaitSignal: {
      meta: { call: pause() },
      on: { EINTR: "lockLog" },
    },
    lockLog: {
      meta: { call: flock("log", "SH") },
      on: { ok: "seekLog", EINTR: "leave" },
    },
    seekLog: {
      meta: { call: lseek("log", the("offset"), "SET"), critical: "read" },
      on: { ok: "readLog" },
    },
    readLog: {
      meta: { call: read("log", parameter("readSize")), critical: "read" },
      on: {
        data: {
          target: "unlockLog",
          actions: assign(({ context, event }) => ({
            chunk: event.bytes,
            offset: context.offset + event.bytes.length,
          })),
        },
        eof: "unlockLog",
      },
    },
    unlockLog: {
      meta: { call: flock("log", "UN") },
      on: {
        ok: [
          { guard: ({ context }) => context.chunk !== "", target: "deliverChunk" },
          { target: "awaitSignal" },
        ],
      },
    },
    deliverChunk: {
      meta: { call: write("socket", the("chunk")) },
      on: {
        ok: { target: "awaitSignal", actions: assign({ chunk: "" }) },
        short: "leave", // a partial write is taken for an error
        EINTR: "leave",
        EPIPE: "leave",
        ECONNRESET: "leave",
      },
    },
    leave: { meta: { call: exit() } },
  },
});
