import { papaya, recv, spawn, variant, withCall } from "papaya-proof";
export default variant(papaya, {
  id: "log-twice",
  says: "SEND is given a log descriptor that it never uses",
  machines: {
    RECV: withCall(
      recv,
      "startSend",
      spawn("SEND", {
        descriptors: { socket: "socket", spare: "log" },
        lifeline: "lifeline",
        block: ["SIGUSR1"],
      }),
    ),
  },
});
