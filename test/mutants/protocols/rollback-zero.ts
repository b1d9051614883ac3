import { ftruncate, papaya, recv, variant, withCall } from "papaya-proof";
export default variant(papaya, {
  id: "rollback-zero",
  says: "takes everything back",
  machines: { RECV: withCall(recv, "rollBack", ftruncate("log", 0)) },
});
