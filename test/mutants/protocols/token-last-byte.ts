import { type DaemonContext, daemon, papaya, variant, withEdges } from "papaya-proof";
import { assign } from "xstate";

const whole = ({ context, event }) => context.shown[context.current] + event.bytes;
export default variant(papaya, {
  id: "token-last-byte",
  says: "compares only the last byte",
  machines: {
    daemon: withEdges<DaemonContext>(daemon, "readToken", {
      data: [
        {
          guard: (i) =>
            whole(i).length === i.context.token.length && whole(i).at(-1) === i.context.token.at(-1),
          target: "startCluster",
        },
        {
          guard: ({ context, event }) => event.bytes.length === context.missing,
          target: "dropConnection",
        },
        {
          target: "awaitConnections",
          actions: assign(({ context, event }) => ({
            shown: { ...context.shown, [context.current]: context.shown[context.current] + event.bytes },
            current: "",
            missing: 0,
          })) as never,
        },
      ],
    }),
  },
});
