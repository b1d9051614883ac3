import { flock } from "../call.ts";
import { withCall } from "../edit.ts";
import { variant } from "../protocol.ts";
import { send } from "../send.ts";
import { papaya } from "./papaya.ts";

export const readersExclude = variant(papaya, {
  id: "readers-exclude",
  says: "Readers take the exclusive lock too.",
  machines: { SEND: withCall(send, "lockLog", flock("log", "EX")) },
  breaks: ["P4"],
});
