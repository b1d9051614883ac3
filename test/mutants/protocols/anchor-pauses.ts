import { anchor, close, papaya, pause, variant, withEdges, withStates } from "papaya-proof";
export default variant(papaya, {
  id: "anchor-pauses",
  says: "the anchor never starts the daemon again",
  machines: {
    anchor: withEdges(
      withStates(anchor, {
        bury: { meta: { call: close("lifeline") }, on: { ok: "rest" } },
        rest: { meta: { call: pause() } },
      }),
      "awaitDaemon",
      { ok: "bury" },
    ),
  },
});
