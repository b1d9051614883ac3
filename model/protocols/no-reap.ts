import { daemon } from "../daemon.ts";
import { withoutState } from "../edit.ts";
import { variant } from "../protocol.ts";
import { papaya } from "./papaya.ts";

export const noReap = variant(papaya, {
  id: "no-reap",
  says: "The daemon takes no care of its children.",
  machines: { daemon: withoutState(daemon, "ignoreChildren", "openPort") },
  bounds: { clients: 1, faults: { disconnect: 1 } },
  breaks: ["P16"],
});
