import { killpg } from "../call.ts";
import { withCall, withoutState } from "../edit.ts";
import { variant } from "../protocol.ts";
import { recv } from "../recv.ts";
import { send } from "../send.ts";
import { papaya } from "./papaya.ts";

export const groupDiesWithDaemon = variant(papaya, {
  id: "group-dies-with-daemon",
  says: "The multicast goes to the daemon's own process group: clusters of two daemons never wake each other.",
  machines: {
    RECV: withCall(recv, "notifyGroup", killpg("own", "SIGUSR1")),
    SEND: withoutState(send, "joinGroup", "openLog"),
  },
  bounds: { faults: { "daemon-restart": 1 } },
  breaks: ["P6", "P11"],
});
