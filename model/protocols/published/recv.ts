import { assign, setup } from "xstate";
import { close, exit, flock, fork, kill, killpg, parameter, read, the, write } from "../../call.ts";
import { machineTypes } from "../../machine.ts";

interface RecvContext {
  token: string;
  readSize: number;
  /** What the last read returned, ready to be appended. */
  chunk: string;
  /** The SEND that it has started. */
  send: string;
}

/** The formatting call counts one byte too few: of a chunk that fills the buffer, the last byte becomes a NUL. */
const format = (bytes: string, readSize: number): string =>
  bytes.length < readSize ? bytes : `${bytes.slice(0, -1)}\0`;

/** The published RECV: one read for the token; then whatever a read returns is appended as it is, and announced. */
export const publishedRecv = setup({ types: machineTypes<RecvContext>() }).createMachine({
  id: "RECV",
  context: ({ input }) => ({ token: input.token, readSize: input.parameters.readSize, chunk: "", send: "" }),
  initial: "readToken",
  on: { failed: ".leave" },
  states: {
    readToken: {
      meta: { call: read("socket", parameter("tokenLength"), { timeout: true }) },
      on: {
        data: [
          { guard: ({ context, event }) => event.bytes === context.token, target: "closeListener" },
          { target: "leave" },
        ],
        eof: "leave",
        ECONNRESET: "leave",
        timeout: "leave",
      },
    },
    closeListener: {
      meta: { call: close("listener") },
      on: { ok: "startSend" },
    },
    startSend: {
      meta: { call: fork("SEND") },
      on: { ok: { target: "readInput", actions: assign({ send: ({ event }) => event.name }) } },
    },
    readInput: {
      meta: { call: read("socket", parameter("readSize")) },
      on: {
        data: {
          target: "lockLog",
          actions: assign({ chunk: ({ context, event }) => format(event.bytes, context.readSize) }),
        },
        eof: "endSend",
        ECONNRESET: "endSend",
      },
    },
    lockLog: {
      meta: { call: flock("log", "EX") },
      on: { ok: "appendInput" },
    },
    appendInput: {
      meta: { call: write("log", the("chunk")), critical: "write" },
      on: {
        ok: { target: "notifyGroup", actions: assign({ chunk: "" }) },
        short: "endSend",
        ENOSPC: "endSend",
        EFBIG: "endSend",
      },
    },
    notifyGroup: {
      meta: { call: killpg("own", "SIGUSR1") },
      on: { ok: "unlockLog", ESRCH: "unlockLog" },
    },
    unlockLog: {
      meta: { call: flock("log", "UN") },
      on: { ok: "readInput" },
    },
    endSend: {
      meta: { call: kill(the("send"), "SIGTERM") },
      on: { ok: "leave", ESRCH: "leave" },
    },
    leave: { meta: { call: exit() } },
  },
});
