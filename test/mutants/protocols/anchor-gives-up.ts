import { anchor, papaya, variant, withEdges } from "papaya-proof";
export default variant(papaya, {
  id: "anchor-gives-up",
  says: "the anchor never starts the daemon again",
  machines: { anchor: withEdges(anchor, "awaitDaemon", { ok: "leave" }) },
});
