import { withoutState } from "../edit.ts";
import { variant } from "../protocol.ts";
import { recv } from "../recv.ts";
import { send } from "../send.ts";
import { papaya } from "./papaya.ts";

export const noLock = variant(papaya, {
  id: "no-lock",
  says: "Nobody takes the lock (unlocking what is not locked has no effect).",
  machines: {
    RECV: withoutState(recv, "lockLog", "notifyGroup"),
    SEND: withoutState(send, "lockLog", "seekLog"),
  },
  bounds: { faults: { "short-write": 1 } },
  breaks: ["P1", "P2", "P3", "P5", "P6"],
});
