/**
 * RECV: takes whole lines from its client, appends them to the log under the exclusive lock, and wakes every SEND.
 *
 * Settled here, and proved: the group is signalled under the lock *before* the append, so that a RECV killed anywhere
 * loses no wakeup (a woken SEND waits for its shared lock until the append has happened or its writer is dead); half a
 * line left by a killed writer is cut off before anything is appended behind it; an append that fails is taken back.
 */
import { assign, setup } from "xstate";
import {
  exit,
  flock,
  fstat,
  ftruncate,
  killpg,
  open,
  parameter,
  poll,
  pread,
  read,
  spawn,
  the,
  write,
} from "./call.ts";
import { frameLines, notices, wholeLines } from "./line.ts";
import { machineTypes } from "./machine.ts";

export type RecvContext = {
  /** Longest line accepted. */
  limit: number;
  /** Bytes of a line whose end has not come yet. */
  partial: string;
  /** Whole lines that wait to be appended. */
  lines: string;
  /** Notices that wait to be sent to this client. */
  notices: string;
  /** Where the log ended when the append began. */
  base: number;
  /** Where the last bytes of the log are looked at for half a line. */
  tail: number;
};

interface Input {
  readonly context: RecvContext;
  readonly event: { readonly bytes: string };
}
const framed = ({ context, event }: Input) => frameLines(context.partial, event.bytes, context.limit);
const hasLines = (input: Input) => framed(input).lines !== "";
const hasRefusals = (input: Input) => framed(input).refusals !== "";
const takeInput = (input: Input) => {
  const { lines, refusals, rest } = framed(input);
  return { lines, notices: refusals, partial: rest };
};

export const recv = setup({ types: machineTypes<RecvContext>() }).createMachine({
  id: "RECV",
  context: ({ input }) => ({
    limit: input.parameters.lineLimit,
    partial: "",
    lines: "",
    notices: "",
    base: 0,
    tail: 0,
  }),
  initial: "openLog",
  on: { failed: ".leave" },
  states: {
    openLog: {
      meta: { call: open("log", "log", { access: "write", append: true }) },
      on: { ok: "startSend" },
    },
    startSend: {
      meta: {
        call: spawn("SEND", { descriptors: { socket: "socket" }, lifeline: "lifeline", block: ["SIGUSR1"] }),
      },
      on: { ok: "awaitInput" },
    },
    awaitInput: {
      meta: { call: poll({ input: ["lifeline", "socket"] }) },
      on: {
        readable: [
          { guard: ({ event }) => event.name === "socket", target: "readInput" },
          { target: "leave" }, // SEND, which never writes to the lifeline, has gone
        ],
      },
    },
    readInput: {
      meta: { call: read("socket", parameter("readSize")) },
      on: {
        data: [
          { guard: hasLines, target: "lockLog", actions: assign((input) => takeInput(input)) },
          { guard: hasRefusals, target: "sendNotices", actions: assign((input) => takeInput(input)) },
          { target: "awaitInput", actions: assign((input) => takeInput(input)) },
        ],
        eof: "leave",
        ECONNRESET: "leave",
      },
    },
    lockLog: {
      meta: { call: flock("log", "EX") },
      on: { ok: "notifyGroup" },
    },
    notifyGroup: {
      meta: { call: killpg("chat", "SIGUSR1") },
      on: { ok: "measureLog", ESRCH: "measureLog" },
    },
    measureLog: {
      meta: { call: fstat("log"), critical: "write" },
      on: {
        ok: {
          target: "inspectTail",
          actions: assign({
            base: ({ event }) => event.value,
            tail: ({ context, event }) => Math.max(0, event.value - context.limit),
          }),
        },
      },
    },
    inspectTail: {
      meta: { call: pread("log", parameter("lineLimit"), the("tail")), critical: "write" },
      on: {
        eof: "appendLines",
        data: [
          { guard: ({ event }) => event.bytes.endsWith("\n"), target: "appendLines" },
          {
            target: "repairLog",
            actions: assign({ base: ({ context, event }) => context.tail + wholeLines(event.bytes).length }),
          },
        ],
      },
    },
    repairLog: {
      meta: { call: ftruncate("log", the("base")), critical: "write" },
      on: { ok: "appendLines" },
    },
    appendLines: {
      meta: { call: write("log", the("lines")), critical: "write" },
      on: {
        ok: { target: "unlockLog", actions: assign({ lines: "" }) },
        short: {
          target: "appendLines",
          actions: assign({ lines: ({ context, event }) => context.lines.slice(event.value) }),
        },
        ENOSPC: "rollBack",
        EFBIG: "rollBack",
      },
    },
    rollBack: {
      meta: { call: ftruncate("log", the("base")), critical: "write" },
      on: {
        ok: {
          target: "unlockLog",
          actions: assign({ lines: "", notices: ({ context }) => context.notices + notices.diskFull }),
        },
      },
    },
    unlockLog: {
      meta: { call: flock("log", "UN") },
      on: {
        ok: [
          {
            guard: ({ context }) => context.notices !== "",
            target: "sendNotices",
            actions: assign({ base: 0, tail: 0 }),
          },
          { target: "awaitInput", actions: assign({ base: 0, tail: 0 }) },
        ],
      },
    },
    sendNotices: {
      meta: { call: write("lifeline", the("notices")) },
      on: {
        ok: { target: "awaitInput", actions: assign({ notices: "" }) },
        short: "leave", // SEND has gone
        EPIPE: "leave",
        ECONNRESET: "leave",
      },
    },
    leave: { meta: { call: exit() } },
  },
});
