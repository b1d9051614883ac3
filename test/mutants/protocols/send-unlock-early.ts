import { flock, papaya, send, variant, withStateBefore } from "papaya-proof";
export default variant(papaya, {
  id: "send-unlock-early",
  says: "SEND unlocks before it reads",
  machines: {
    SEND: withStateBefore(send, "seekLog", "early", {
      meta: { call: flock("log", "UN") },
      on: { ok: "seekLog" },
    }),
  },
});
