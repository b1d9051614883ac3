import { flock, papaya, recv, variant, withStates } from "papaya-proof";

/** RECV tries the lock, and goes on without it where somebody else has it: O_APPEND will do, it thinks. */
export default variant(papaya, {
  id: "hasty-lock",
  says: "RECV appends without the lock where it would have to wait for it.",
  machines: {
    RECV: withStates(recv, {
      lockLog: {
        meta: { call: flock("log", "EX", { nonblock: true }) },
        on: { ok: "notifyGroup", EWOULDBLOCK: "notifyGroup" },
      },
    }),
  },
});
