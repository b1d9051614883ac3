import { papaya, poll, recv, variant, withEdges, withStates } from "papaya-proof";

/** After its first line RECV waits for its lifeline only, until the group is signalled no more: it never reads again. */
const r = withStates(recv, {
  idle: { meta: { call: poll({ input: ["lifeline"] }) }, on: { readable: "awaitInput" } },
});
export default variant(papaya, {
  id: "one-line",
  says: "RECV reads no second time",
  machines: { RECV: withEdges(r, "unlockLog", { ok: "idle" }) },
});
