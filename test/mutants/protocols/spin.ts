import {
  anchor,
  papaya,
  pause,
  recv,
  send,
  sigprocmask,
  spawn,
  variant,
  withCall,
  withStates,
} from "papaya-proof";
/** The lost wakeup of "pause", and an anchor that is never idle. */
export default variant(papaya, {
  id: "spin",
  says: "lost wakeup + a process that spins",
  machines: {
    anchor: withStates(anchor, {
      awaitDaemon: { meta: { call: sigprocmask("unblock", "SIGUSR2") }, on: { ok: "awaitDaemon" } },
    }),
    RECV: withCall(
      recv,
      "startSend",
      spawn("SEND", { descriptors: { socket: "socket" }, lifeline: "lifeline" }),
    ),
    SEND: withStates(send, { awaitNews: { meta: { call: pause() }, on: { EINTR: "lockLog" } } }),
  },
});
