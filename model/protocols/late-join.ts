import { poll, setpgid } from "../call.ts";
import { withoutState, withStates } from "../edit.ts";
import { variant } from "../protocol.ts";
import { send } from "../send.ts";
import { papaya } from "./papaya.ts";

const readingFirst = withoutState(send, "joinGroup", "openLog");

export const lateJoin = variant(papaya, {
  id: "late-join",
  says: "SEND reads to the end before it joins the group, and does not look again.",
  machines: {
    SEND: withStates(readingFirst, {
      awaitNews: { meta: { call: setpgid("chat") }, on: { ok: "awaitMore", EPERM: "leave" } },
      awaitMore: {
        meta: { call: poll({ input: ["lifeline"], unblock: ["SIGUSR1"] }) },
        on: { EINTR: "lockLog", readable: "readNotices" },
      },
    }),
  },
  breaks: ["P6"],
});
