import { handler, sigaction } from "../call.ts";
import { withCall } from "../edit.ts";
import { variant } from "../protocol.ts";
import { send } from "../send.ts";
import { papaya } from "./papaya.ts";

export const noRestartMasked = variant(papaya, {
  id: "no-restart-masked",
  says: "SEND catches SIGUSR1 without SA_RESTART, but blocks it wherever it does not wait for it: nothing changes.",
  machines: { SEND: withCall(send, "catchSignal", sigaction("SIGUSR1", handler({ restart: false }))) },
});
