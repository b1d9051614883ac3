import { withoutState } from "../edit.ts";
import { variant } from "../protocol.ts";
import { recv } from "../recv.ts";
import { papaya } from "./papaya.ts";

export const noRepair = variant(papaya, {
  id: "no-repair",
  says: "RECV does not look for half a line at the end of the log before it appends.",
  machines: {
    RECV: withoutState(withoutState(recv, "inspectTail", "appendLines"), "repairLog", "appendLines"),
  },
  bounds: { faults: { crash: 1 } },
  breaks: ["P1", "P2"],
});
