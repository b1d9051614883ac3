import { handler, sigaction } from "../call.ts";
import { withCall } from "../edit.ts";
import { variant } from "../protocol.ts";
import { send } from "../send.ts";
import { papaya } from "./papaya.ts";

export const sysvSignal = variant(papaya, {
  id: "sysv-signal",
  says: "SEND installs its handler with System V's signal(): it serves once, and the second SIGUSR1 kills.",
  machines: {
    SEND: withCall(send, "catchSignal", sigaction("SIGUSR1", handler({ restart: false, once: true }))),
  },
  breaks: ["P10", "P11"],
});
