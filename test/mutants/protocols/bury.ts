import {
  anchor,
  daemon,
  killpg,
  papaya,
  recv,
  sigaction,
  variant,
  withCall,
  withoutState,
  withStateBefore,
} from "papaya-proof";

/** Nobody reaps, nobody but RECV ignores SIGUSR1, and the multicast goes to RECV's own group. */
const r = withCall(recv, "notifyGroup", killpg("own", "SIGUSR1"));
export default variant(papaya, {
  id: "bury",
  says: "kill(0) kills a parent and with it its zombies",
  machines: {
    anchor: withoutState(anchor, "ignoreNews", "startDaemon"),
    daemon: withoutState(daemon, "ignoreChildren", "openPort"),
    RECV: withStateBefore(r, "openLog", "ign", {
      meta: { call: sigaction("SIGUSR1", { kind: "ignore" }) },
      on: { ok: "openLog" },
    }),
  },
});
