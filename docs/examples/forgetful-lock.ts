import { flock, papaya, recv, variant, withStates } from "papaya-proof";

/** RECV tries the lock, and does not know what to do where somebody else has it. */
export default variant(papaya, {
  id: "forgetful-lock",
  says: "RECV tries the lock, and forgets that it may be taken.",
  machines: {
    RECV: withStates(recv, {
      lockLog: {
        meta: { call: flock("log", "EX", { nonblock: true }) },
        on: { ok: "notifyGroup" },
      },
    }),
  },
});
