/**
 * The miniature: a cut-down protocol that other model checkers have counted (N clients send M messages; RECV reads, locks,
 * writes in two chunks, unlocks, signals; SEND locks, reads to the end, unlocks, delivers, waits for the signal). Written
 * with the same calls, the same step for each, so that states and edges must be the same to the last one.
 */
import { assign, setup } from "xstate";
import {
  defineProtocol,
  flock,
  handler,
  type InitialProcess,
  killpg,
  machineTypes,
  parameter,
  pause,
  pread,
  read,
  sigsuspend,
  the,
  write,
} from "../../model/index.ts";

type RecvContext = { line: string; chunk: string };

const recv = setup({ types: machineTypes<RecvContext>() }).createMachine({
  id: "RECV",
  context: { line: "", chunk: "" },
  initial: "readLine",
  states: {
    readLine: {
      meta: { call: read("socket", 2) },
      on: {
        data: { target: "lockLog", actions: assign({ line: ({ event }) => event.bytes }) },
        eof: "readLine",
        ECONNRESET: "readLine",
      },
    },
    lockLog: {
      meta: { call: flock("log", "EX") },
      on: {
        ok: { target: "writeHalf", actions: assign({ chunk: ({ context }) => context.line.slice(0, 1) }) },
      },
    },
    writeHalf: {
      meta: { call: write("log", the("chunk")), critical: "write" },
      on: {
        ok: { target: "writeRest", actions: assign({ chunk: ({ context }) => context.line.slice(1) }) },
        short: "writeHalf",
        ENOSPC: "writeHalf",
        EFBIG: "writeHalf",
      },
    },
    writeRest: {
      meta: { call: write("log", the("chunk")), critical: "write" },
      on: {
        ok: { target: "unlockLog", actions: assign({ line: "", chunk: "" }) },
        short: "writeRest",
        ENOSPC: "writeRest",
        EFBIG: "writeRest",
      },
    },
    unlockLog: { meta: { call: flock("log", "UN") }, on: { ok: "notifyGroup" } },
    notifyGroup: {
      meta: { call: killpg("senders", "SIGUSR1") },
      on: { ok: "readLine", ESRCH: "readLine" },
    },
  },
});

type SendContext = { offset: number; unsent: string };

const send = (mutant: Mutant) =>
  setup({ types: machineTypes<SendContext>() }).createMachine({
    id: "SEND",
    context: { offset: 0, unsent: "" },
    initial: "lockLog",
    states: {
      lockLog: { meta: { call: flock("log", "SH") }, on: { ok: "readLog", EINTR: "lockLog" } },
      readLog: {
        meta: { call: pread("log", parameter("readSize"), the("offset")), critical: "read" },
        on: {
          data: {
            target: "unlockLog",
            actions: assign(({ context, event }) => ({
              unsent: event.bytes,
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
            { guard: ({ context }) => context.unsent !== "", target: "deliver" },
            { target: "awaitSignal" },
          ],
        },
      },
      deliver: {
        meta: { call: write("socket", the("unsent")) },
        on: {
          ok: { target: "awaitSignal", actions: assign({ unsent: "" }) },
          EPIPE: "deliver",
          ECONNRESET: "deliver",
          EINTR: "deliver",
          short: "deliver",
        },
      },
      awaitSignal: {
        meta: { call: mutant === "pause" ? pause() : sigsuspend("SIGUSR1") },
        on: { EINTR: "lockLog" },
      },
    },
  });

/** `shared`: one open file description for everybody, so that flock never blocks. `pause`: pause() for sigsuspend(). */
export type Mutant = "none" | "shared" | "pause";

export const miniature = (clients: number, messages: number, mutant: Mutant = "none") => {
  const log = { file: "log", append: true, ...(mutant === "shared" ? { shared: "log" } : {}) };
  const pair = (client: number): InitialProcess[] => {
    const index = String(client);
    const line = `${"abcdefgh"[client - 1]}\n`;
    const place = { index, session: "miniature" };
    return [
      {
        ...place,
        role: "RECV",
        group: "receivers",
        holds: { log, socket: { socket: line.repeat(messages) } },
      },
      {
        ...place,
        role: "SEND",
        group: "senders",
        holds: { log, socket: { socket: "" } },
        signals: [
          { signal: "SIGUSR1", disposition: handler({ restart: true }), blocked: mutant !== "pause" },
        ],
      },
    ];
  };
  return defineProtocol({
    id: `miniature-${mutant}`,
    says: "The miniature that other tools have counted.",
    machines: { RECV: recv, SEND: send(mutant) },
    start: Array.from({ length: clients }, (_, at) => pair(at + 1)).flat(),
    parameters: { readSize: 1000, socketBuffer: 1000 },
    bounds: { clients: 0 },
    tornWrites: false,
  });
};
