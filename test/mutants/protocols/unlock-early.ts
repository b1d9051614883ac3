import { flock, papaya, recv, variant, withStateBefore } from "papaya-proof";

const r = withStateBefore(recv, "measureLog", "earlyUnlock", {
  meta: { call: flock("log", "UN") },
  on: { ok: "measureLog" },
});
export default variant(papaya, {
  id: "unlock-early",
  says: "RECV unlocks before it appends",
  machines: { RECV: r },
});
