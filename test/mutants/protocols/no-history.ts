import { lseek, papaya, type SendContext, send, variant, withEdges, withStates } from "papaya-proof";
import { assign } from "xstate";
export default variant(papaya, {
  id: "no-history",
  says: "SEND starts at the end of the log",
  machines: {
    SEND: withEdges(
      withStates<SendContext>(send, {
        toEnd: {
          meta: { call: lseek("log", 0, "END") },
          on: {
            ok: { target: "lockLog", actions: assign({ offset: ({ event }) => event.value }) as never },
          },
        },
      }),
      "openLog",
      { ok: "toEnd" },
    ),
  },
});
