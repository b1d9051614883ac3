import { papaya, send, sigprocmask, variant, withStateBefore } from "papaya-proof";
export default variant(papaya, {
  id: "unblocks",
  says: "SEND unblocks the signal once it has its handler",
  machines: {
    SEND: withStateBefore(send, "joinGroup", "open", {
      meta: { call: sigprocmask("unblock", "SIGUSR1") },
      on: { ok: "joinGroup" },
    }),
  },
});
