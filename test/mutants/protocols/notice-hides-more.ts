import { papaya, send, variant, withEdges } from "papaya-proof";
import { assign } from "xstate";
export default variant(papaya, {
  id: "notice-hides-more",
  says: "a notice that comes while SEND waits for room lets it forget that there is more in the log",
  machines: {
    SEND: withEdges(send, "awaitRoom", {
      readable: { target: "readNotices", actions: assign({ more: false }) as never },
    }),
  },
  parameters: { readSize: 4, socketBuffer: 2 },
});
