import { type DaemonContext, daemon, papaya, variant, withEdges } from "papaya-proof";
import { assign } from "xstate";

const whole = ({ context, event }) => context.shown[context.current] + event.bytes;
export default variant(papaya, {
  id: "token-any-prefix",
  says: "accepts any prefix of the token",
  machines: {
    daemon: withEdges<DaemonContext>(daemon, "readToken", {
      data: [
        { guard: (i) => i.context.token.startsWith(whole(i)), target: "startCluster" },
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
