import { assign } from "xstate";
import { withEdges } from "../edit.ts";
import { variant } from "../protocol.ts";
import { type SendContext, send, upToLastLine } from "../send.ts";
import { papaya } from "./papaya.ts";

export const oneReadPerSignal = variant(papaya, {
  id: "one-read-per-signal",
  says: "SEND reads once for each signal, whether that takes it to the end of the log or not.",
  machines: {
    SEND: withEdges<SendContext>(send, "readLog", {
      data: {
        // Nor is it noted that there may be more.
        target: "unlockLog",
        actions: assign(({ context, event }) => upToLastLine(context, event.bytes)),
      },
    }),
  },
  parameters: { readSize: 4 },
  breaks: ["P6"],
});
