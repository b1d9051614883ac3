import { assign } from "xstate";
import { withEdges } from "../edit.ts";
import { variant } from "../protocol.ts";
import { type RecvContext, recv } from "../recv.ts";
import { papaya } from "./papaya.ts";

export const rawAppend = variant(papaya, {
  id: "raw-append",
  says: "RECV appends what a read returned, whole lines or not.",
  machines: {
    RECV: withEdges<RecvContext>(recv, "readInput", {
      data: { target: "lockLog", actions: assign({ lines: ({ event }) => event.bytes }) },
    }),
  },
  bounds: { segments: 2 },
  breaks: ["P1", "P2"],
});
