import { pause as pauseCall, spawn } from "../call.ts";
import { withCall, withStates } from "../edit.ts";
import { variant } from "../protocol.ts";
import { recv } from "../recv.ts";
import { send } from "../send.ts";
import { papaya } from "./papaya.ts";

export const pause = variant(papaya, {
  id: "pause",
  says: "SEND does not block SIGUSR1, and waits for it in pause(): one that comes after the read is used up.",
  machines: {
    RECV: withCall(
      recv,
      "startSend",
      spawn("SEND", { descriptors: { socket: "socket" }, lifeline: "lifeline" }),
    ),
    SEND: withStates(send, { awaitNews: { meta: { call: pauseCall() }, on: { EINTR: "lockLog" } } }),
  },
  breaks: ["P6"],
});
