import { papaya, send, variant, withEdges } from "papaya-proof";
export default variant(papaya, {
  id: "busy-room",
  says: "RECV's death is not noticed while SEND spins for room",
  machines: { SEND: withEdges(send, "deliverLines", { EAGAIN: "deliverLines", short: "leave" }) },
  parameters: { socketBuffer: 3 },
});
