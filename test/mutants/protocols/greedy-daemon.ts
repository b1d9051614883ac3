import {
  type DaemonContext,
  daemon,
  papaya,
  parameter,
  read,
  the,
  variant,
  withCall,
  withEdges,
} from "papaya-proof";

const greedy = withCall(daemon, "readToken", read(the("current"), parameter("readSize")));
export default variant(papaya, {
  id: "greedy-daemon",
  says: "the daemon reads all that there is, and throws away what follows the token",
  machines: {
    daemon: withEdges<DaemonContext>(greedy, "readToken", {
      data: [
        {
          guard: ({ context, event }) =>
            (context.shown[context.current] + event.bytes).startsWith(context.token),
          target: "startCluster",
        },
        { target: "dropConnection" },
      ],
    }),
  },
});
