/**
 * SEND: on SIGUSR1 reads what is new in the log under the shared lock, and writes it to its client outside the lock.
 *
 * Settled here, and proved: the signal stays blocked except inside the one call that waits for it, so none is used up
 * between a read and a wait; SEND joins the group only when its handler stands, and reads only after it has joined;
 * it comes to the end before it waits; half a line at the end (a writer was killed) is left for later.
 *
 * However long the log is, a turn of the lock takes one read: what that brings is delivered before the next one. Only a
 * line that is longer is read on with under the same lock, since nothing of it may be delivered yet.
 */
import { assign, setup } from "xstate";
import {
  exit,
  flock,
  handler,
  lseek,
  open,
  parameter,
  poll,
  read,
  setpgid,
  sigaction,
  the,
  write,
} from "./call.ts";
import { wholeLines } from "./line.ts";
import { machineTypes } from "./machine.ts";

export type SendContext = {
  readSize: number;
  /** Where in the log the next read begins. */
  offset: number;
  /** Bytes that the client has not been sent yet. */
  unsent: string;
  /** Whether the read that brought them may have ended before the log did: then SEND does not wait, but reads again. */
  more: boolean;
};

/** What has been read, cut back to whole lines, and the place after them: half a line is left for later. */
export const upToLastLine = (context: SendContext, bytes: string) => {
  const all = context.unsent + bytes;
  const unsent = wholeLines(all);
  return { unsent, offset: context.offset + bytes.length - (all.length - unsent.length) };
};

export const send = setup({ types: machineTypes<SendContext>() }).createMachine({
  id: "SEND",
  context: ({ input }) => ({ readSize: input.parameters.readSize, offset: 0, unsent: "", more: false }),
  initial: "catchSignal",
  on: { failed: ".leave" },
  states: {
    catchSignal: {
      meta: { call: sigaction("SIGUSR1", handler({ restart: true })) },
      on: { ok: "joinGroup" },
    },
    joinGroup: {
      meta: { call: setpgid("chat") },
      on: { ok: "openLog", EPERM: "leave" },
    },
    openLog: {
      meta: { call: open("log", "log", { access: "read" }) },
      on: { ok: "lockLog" },
    },
    lockLog: {
      meta: { call: flock("log", "SH") },
      on: { ok: "seekLog", EINTR: "lockLog" },
    },
    seekLog: {
      meta: { call: lseek("log", the("offset"), "SET"), critical: "read" },
      on: { ok: "readLog" },
    },
    readLog: {
      meta: { call: read("log", parameter("readSize")), critical: "read" },
      on: {
        data: [
          {
            guard: ({ context, event }) =>
              event.bytes.length === context.readSize && !event.bytes.includes("\n"),
            target: "readLog", // a line that is longer than a read
            actions: assign({
              unsent: ({ context, event }) => context.unsent + event.bytes,
              offset: ({ context, event }) => context.offset + event.bytes.length,
            }),
          },
          {
            target: "unlockLog",
            actions: [
              assign(({ context, event }) => upToLastLine(context, event.bytes)),
              assign({ more: ({ context, event }) => event.bytes.length === context.readSize }),
            ],
          },
        ],
        eof: { target: "unlockLog", actions: assign(({ context }) => upToLastLine(context, "")) },
      },
    },
    unlockLog: {
      meta: { call: flock("log", "UN") },
      on: {
        ok: [
          { guard: ({ context }) => context.unsent !== "", target: "deliverLines" },
          { target: "awaitNews" },
        ],
      },
    },
    deliverLines: {
      meta: { call: write("socket", the("unsent"), { nonblock: true }) },
      on: {
        ok: [
          {
            guard: ({ context }) => context.more,
            target: "lockLog",
            actions: assign({ unsent: "", more: false }),
          },
          { target: "awaitNews", actions: assign({ unsent: "" }) },
        ],
        short: {
          target: "awaitRoom",
          actions: assign({ unsent: ({ context, event }) => context.unsent.slice(event.value) }),
        },
        EAGAIN: "awaitRoom",
        EPIPE: "leave",
        ECONNRESET: "leave",
      },
    },
    awaitRoom: {
      meta: { call: poll({ input: ["lifeline"], room: ["socket"] }) },
      on: {
        writable: "deliverLines",
        readable: "readNotices",
        EINTR: "awaitRoom",
      },
    },
    awaitNews: {
      meta: { call: poll({ input: ["lifeline"], unblock: ["SIGUSR1"] }) },
      on: { EINTR: "lockLog", readable: "readNotices" },
    },
    readNotices: {
      meta: { call: read("lifeline", parameter("readSize")) },
      on: {
        data: [
          {
            guard: ({ event }) => event.bytes.endsWith("\n"),
            target: "deliverLines",
            actions: assign({ unsent: ({ context, event }) => context.unsent + event.bytes }),
          },
          {
            target: "readNotices",
            actions: assign({ unsent: ({ context, event }) => context.unsent + event.bytes }),
          },
        ],
        EINTR: "readNotices",
        eof: "leave", // RECV has gone: the client left, or somebody killed it
        ECONNRESET: "leave",
      },
    },
    leave: { meta: { call: exit() } },
  },
});
