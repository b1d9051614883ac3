import {
  flock,
  ftruncate,
  notices,
  papaya,
  type RecvContext,
  recv,
  the,
  variant,
  withStates,
} from "papaya-proof";
import { assign } from "xstate";
export default variant(papaya, {
  id: "rollback-after-unlock",
  says: "unlocks, then takes back",
  machines: {
    RECV: withStates<RecvContext>(recv, {
      rollBack: { meta: { call: flock("log", "UN") }, on: { ok: "cutBack" } },
      cutBack: {
        meta: { call: ftruncate("log", the("base")) },
        on: {
          ok: {
            target: "unlockLog",
            actions: assign({
              lines: "",
              notices: ({ context }: { context: RecvContext }) => context.notices + notices.diskFull,
            }) as never,
          },
        },
      },
    }),
  },
});
