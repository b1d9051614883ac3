import { flock, papaya, recv, variant, withStates } from "papaya-proof";

/** RECV tries the lock first, and waits for it only where somebody else has it. */
export default variant(papaya, {
  id: "try-lock",
  says: "RECV tries the lock before it waits for it.",
  machines: {
    RECV: withStates(recv, {
      lockLog: {
        meta: { call: flock("log", "EX", { nonblock: true }) },
        on: { ok: "notifyGroup", EWOULDBLOCK: "awaitLock" },
      },
      awaitLock: {
        meta: { call: flock("log", "EX") },
        on: { ok: "notifyGroup" },
      },
    }),
  },
});
