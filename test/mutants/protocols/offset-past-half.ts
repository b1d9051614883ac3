import { papaya, type SendContext, send, variant, wholeLines, withEdges } from "papaya-proof";
import { assign } from "xstate";

const up = (c: SendContext, b: string) => ({ unsent: wholeLines(c.unsent + b), offset: c.offset + b.length });
export default variant(papaya, {
  id: "offset-past-half",
  says: "offset is not cut back to whole lines",
  machines: {
    SEND: withEdges<SendContext>(send, "readLog", {
      data: {
        target: "unlockLog",
        actions: assign(({ context, event }) =>
          up(context as never, (event as { bytes: string }).bytes),
        ) as never,
      },
    }),
  },
});
