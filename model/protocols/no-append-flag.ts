import { lseek, open } from "../call.ts";
import { withCall, withStateBefore } from "../edit.ts";
import { variant } from "../protocol.ts";
import { recv } from "../recv.ts";
import { papaya } from "./papaya.ts";

export const noAppendFlag = variant(papaya, {
  id: "no-append-flag",
  says: "RECV opens the log without O_APPEND and seeks to its end under the lock: the lock alone suffices.",
  machines: {
    RECV: withStateBefore(
      withCall(recv, "openLog", open("log", "log", { access: "write" })),
      "appendLines",
      "seekEnd",
      { meta: { call: lseek("log", 0, "END"), critical: "write" }, on: { ok: "appendLines" } },
    ),
  },
});
