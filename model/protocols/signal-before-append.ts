import { flock, killpg } from "../call.ts";
import { withoutState, withStates } from "../edit.ts";
import { variant } from "../protocol.ts";
import { recv } from "../recv.ts";
import { papaya } from "./papaya.ts";

export const signalBeforeAppend = variant(papaya, {
  id: "signal-before-append",
  says: "RECV signals the group before it has the lock: a SEND may look, and go back to sleep, before the append.",
  machines: {
    RECV: withStates(withoutState(recv, "lockLog", "notifyGroup"), {
      notifyGroup: { meta: { call: killpg("chat", "SIGUSR1") }, on: { ok: "lockLog", ESRCH: "lockLog" } },
      lockLog: { meta: { call: flock("log", "EX") }, on: { ok: "measureLog" } },
    }),
  },
  breaks: ["P6"],
});
