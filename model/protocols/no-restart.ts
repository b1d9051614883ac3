import { handler, sigaction, spawn } from "../call.ts";
import { withCall, withEdges } from "../edit.ts";
import { variant } from "../protocol.ts";
import { recv } from "../recv.ts";
import { send } from "../send.ts";
import { papaya } from "./papaya.ts";

/**
 * Without SA_RESTART alone nothing breaks: papaya's SEND blocks the signal wherever it does not wait for it, so no other
 * call can be interrupted (`no-restart-masked`). The published SEND's mistake takes two omissions and one wrong belief.
 */
export const noRestart = variant(papaya, {
  id: "no-restart",
  says: "SEND catches SIGUSR1 without SA_RESTART, does not block it, and takes an interrupted flock for an error.",
  machines: {
    RECV: withCall(
      recv,
      "startSend",
      spawn("SEND", { descriptors: { socket: "socket" }, lifeline: "lifeline" }),
    ),
    SEND: withEdges(
      withCall(send, "catchSignal", sigaction("SIGUSR1", handler({ restart: false }))),
      "lockLog",
      {
        EINTR: "leave",
      },
    ),
  },
  breaks: ["P6", "P10", "P11"],
});
