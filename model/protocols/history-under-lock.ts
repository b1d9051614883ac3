import { assign } from "xstate";
import { flock, the, write } from "../call.ts";
import { withStates } from "../edit.ts";
import { variant } from "../protocol.ts";
import { type SendContext, send } from "../send.ts";
import { papaya } from "./papaya.ts";

export const historyUnderLock = variant(papaya, {
  id: "history-under-lock",
  says: "SEND writes to its client before it gives the lock back: a client that does not read holds off every writer.",
  machines: {
    SEND: withStates<SendContext>(send, {
      unlockLog: {
        meta: { call: write("socket", the("unsent")) },
        on: {
          ok: "releaseLog",
          short: {
            target: "unlockLog",
            actions: assign({ unsent: ({ context, event }) => context.unsent.slice(event.value) }),
          },
          EPIPE: "leave",
          ECONNRESET: "leave",
        },
      },
      releaseLog: {
        meta: { call: flock("log", "UN") },
        on: {
          ok: [
            {
              guard: ({ context }) => context.more,
              target: "lockLog",
              actions: assign({ unsent: "", more: false }),
            },
            { target: "awaitNews", actions: assign({ unsent: "" }) },
          ],
        },
      },
    }),
  },
  parameters: { socketBuffer: 5 },
  bounds: { stored: 1, faults: { "never-reads": 1 } },
  breaks: ["P1", "P14"],
});
