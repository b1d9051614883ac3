import { flock, papaya, type RecvContext, recv, the, variant, withStates, write } from "papaya-proof";
import { assign } from "xstate";
export default variant(papaya, {
  id: "notice-under-lock",
  says: "RECV tells SEND of the full disk before it unlocks",
  machines: {
    RECV: withStates<RecvContext>(recv, {
      unlockLog: {
        meta: { call: write("lifeline", the("notices")) },
        on: {
          ok: { target: "reallyUnlock", actions: assign({ notices: "" }) as never },
          short: "leave",
          EPIPE: "leave",
          ECONNRESET: "leave",
        },
      },
      reallyUnlock: { meta: { call: flock("log", "UN") }, on: { ok: "awaitInput" } },
    }),
  },
  parameters: { socketBuffer: 4 },
});
