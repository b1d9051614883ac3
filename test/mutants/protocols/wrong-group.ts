import { killpg, papaya, recv, variant, withCall } from "papaya-proof";
export default variant(papaya, {
  id: "wrong-group",
  says: "signal to own group",
  machines: { RECV: withCall(recv, "notifyGroup", killpg("own", "SIGUSR1")) },
});
