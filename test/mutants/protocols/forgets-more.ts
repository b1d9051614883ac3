import { papaya, send, variant, withEdges } from "papaya-proof";
import { assign } from "xstate";
export default variant(papaya, {
  id: "forgets-more",
  says: "SEND waits when it has delivered what one read has brought",
  machines: {
    SEND: withEdges(send, "deliverLines", {
      ok: { target: "awaitNews", actions: assign({ unsent: "", more: false }) as never },
    }),
  },
  parameters: { readSize: 4 },
});
