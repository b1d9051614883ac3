import { withEdges } from "../edit.ts";
import { variant } from "../protocol.ts";
import { send } from "../send.ts";
import { papaya } from "./papaya.ts";

export const partialWriteFatal = variant(papaya, {
  id: "partial-write-fatal",
  says: "SEND takes a partial write to its client for an error, and ends.",
  machines: {
    SEND: withEdges(send, "deliverLines", { short: "leave", EAGAIN: "leave" }),
  },
  parameters: { socketBuffer: 4 },
  breaks: ["P11"],
});
