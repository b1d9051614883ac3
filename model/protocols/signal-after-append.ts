import { assign } from "xstate";
import { withEdges } from "../edit.ts";
import { variant } from "../protocol.ts";
import { type RecvContext, recv } from "../recv.ts";
import { papaya } from "./papaya.ts";

const unannounced = withEdges(recv, "lockLog", { ok: "measureLog" });
const announcing = withEdges<RecvContext>(unannounced, "appendLines", {
  ok: { target: "notifyGroup", actions: assign({ lines: "" }) },
});

export const signalAfterAppend = variant(papaya, {
  id: "signal-after-append",
  says: "RECV signals the group after its append, as published: killed in between, it leaves a message nobody is woken for.",
  machines: { RECV: withEdges(announcing, "notifyGroup", { ok: "unlockLog", ESRCH: "unlockLog" }) },
  bounds: { faults: { crash: 1 } },
  breaks: ["P6"],
});
