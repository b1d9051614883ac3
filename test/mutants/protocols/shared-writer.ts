import { flock, papaya, recv, variant, withCall } from "papaya-proof";
export default variant(papaya, {
  id: "shared-writer",
  says: "RECV takes the shared lock",
  machines: { RECV: withCall(recv, "lockLog", flock("log", "SH")) },
});
