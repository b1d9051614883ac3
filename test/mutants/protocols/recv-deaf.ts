import { papaya, poll, recv, variant, withCall } from "papaya-proof";
export default variant(papaya, {
  id: "recv-deaf",
  says: "RECV does not notice the death of SEND",
  machines: { RECV: withCall(recv, "awaitInput", poll({ input: ["socket"] })) },
});
