import { anchor, papaya, poll, variant, withStates } from "papaya-proof";
export default variant(papaya, {
  id: "anchor-no-reap",
  says: "the anchor watches the lifeline instead of reaping the daemon",
  machines: {
    anchor: withStates(anchor, {
      awaitDaemon: { meta: { call: poll({ input: ["lifeline"] }) }, on: { readable: "closeLifeline" } },
    }),
  },
});
