import { type DaemonContext, daemon, papaya, variant, withEdges } from "papaya-proof";
import { assign } from "xstate";
export default variant(papaya, {
  id: "daemon-keeps-copies",
  says: "the daemon never closes the connections that it has handed over",
  machines: {
    daemon: withEdges<DaemonContext>(daemon, "startCluster", {
      ok: {
        target: "awaitConnections",
        actions: assign(({ context }) => ({
          watched: context.watched.filter((n: string) => n !== context.current),
          waiting: context.waiting.filter((n: string) => n !== context.current),
          shown: Object.fromEntries(Object.entries(context.shown).filter(([n]) => n !== context.current)),
          current: "",
          missing: 0,
        })) as never,
      },
    }),
  },
});
