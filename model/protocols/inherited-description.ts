import { open, spawn, the } from "../call.ts";
import { daemon } from "../daemon.ts";
import { withCall, withoutState, withStates } from "../edit.ts";
import { variant } from "../protocol.ts";
import { recv } from "../recv.ts";
import { send } from "../send.ts";
import { papaya } from "./papaya.ts";

const opening = withStates(
  daemon,
  {
    openLog: {
      meta: { call: open("log", "log", { access: "write", append: true }) },
      on: { ok: "ignoreChildren" },
    },
  },
  { initial: "openLog" },
);

export const inheritedDescription = variant(papaya, {
  id: "inherited-description",
  says: "The daemon opens the log once, and everybody inherits its open file description.",
  machines: {
    daemon: withCall(
      opening,
      "startCluster",
      spawn("RECV", { descriptors: { socket: the("current"), log: "log" } }),
    ),
    RECV: withCall(
      withoutState(recv, "openLog", "startSend"),
      "startSend",
      spawn("SEND", {
        descriptors: { socket: "socket", log: "log" },
        lifeline: "lifeline",
        block: ["SIGUSR1"],
      }),
    ),
    SEND: withoutState(send, "openLog", "lockLog"),
  },
  bounds: { faults: { "short-write": 1 } },
  breaks: ["P1", "P2", "P3", "P5", "P6", "P7", "P8", "P9"],
});
