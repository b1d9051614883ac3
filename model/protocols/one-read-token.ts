import { type DaemonContext, daemon } from "../daemon.ts";
import { withEdges } from "../edit.ts";
import { variant } from "../protocol.ts";
import { papaya } from "./papaya.ts";

export const oneReadToken = variant(papaya, {
  id: "one-read-token",
  says: "The daemon reads a token once: one that comes in two segments is refused.",
  machines: {
    daemon: withEdges<DaemonContext>(daemon, "readToken", {
      data: [
        { guard: ({ context, event }) => event.bytes === context.token, target: "startCluster" },
        { target: "dropConnection" },
      ],
    }),
  },
  bounds: { tokenSegments: 2 },
  breaks: ["P13"],
});
