import { spawn, the } from "../call.ts";
import { daemon } from "../daemon.ts";
import { withCall } from "../edit.ts";
import { variant } from "../protocol.ts";
import { papaya } from "./papaya.ts";

export const leakedListener = variant(papaya, {
  id: "leaked-listener",
  says: "Every cluster inherits the daemon's listening socket.",
  machines: {
    daemon: withCall(
      daemon,
      "startCluster",
      spawn("RECV", { descriptors: { socket: the("current"), listener: "listener" } }),
    ),
  },
  bounds: { faults: { "daemon-restart": 1 } },
  breaks: ["P11", "P12", "P13"],
});
