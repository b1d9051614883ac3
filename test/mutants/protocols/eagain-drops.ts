import { papaya, type SendContext, send, variant, withEdges } from "papaya-proof";
import { assign } from "xstate";
export default variant(papaya, {
  id: "eagain-drops",
  says: "SEND drops what finds no room",
  machines: {
    SEND: withEdges<SendContext>(send, "deliverLines", {
      EAGAIN: { target: "awaitNews", actions: assign({ unsent: "" }) as never },
    }),
  },
  parameters: { socketBuffer: 3, readSize: 4 },
});
