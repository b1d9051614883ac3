import { papaya, send, variant, withEdges } from "papaya-proof";
/** SEND takes no notice when RECV has gone: it is told so again and again, and never sleeps any more. */
export default variant(papaya, {
  id: "restless",
  says: "a SEND that spins when its RECV has gone",
  machines: { SEND: withEdges(send, "readNotices", { eof: "awaitNews", ECONNRESET: "awaitNews" }) },
});
