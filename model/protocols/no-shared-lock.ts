import { withoutState } from "../edit.ts";
import { variant } from "../protocol.ts";
import { send } from "../send.ts";
import { papaya } from "./papaya.ts";

export const noSharedLock = variant(papaya, {
  id: "no-shared-lock",
  says: "Readers take no lock.",
  machines: { SEND: withoutState(send, "lockLog", "seekLog") },
  breaks: ["P2", "P3", "P6"],
});
