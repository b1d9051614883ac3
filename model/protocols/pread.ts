import { parameter, pread as preadCall, the } from "../call.ts";
import { withCall, withoutState } from "../edit.ts";
import { variant } from "../protocol.ts";
import { send } from "../send.ts";
import { papaya } from "./papaya.ts";

export const pread = variant(papaya, {
  id: "pread",
  says: "SEND reads with pread(2) at its own offset, and needs no lseek.",
  machines: {
    SEND: withCall(
      withoutState(send, "seekLog", "readLog"),
      "readLog",
      preadCall("log", parameter("readSize"), the("offset")),
    ),
  },
});
