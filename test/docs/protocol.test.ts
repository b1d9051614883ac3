import { expect, it } from "vitest";
import { renderProtocolPage } from "./protocol.ts";

it("docs/protocol.md is what the machines say (otherwise: npx vitest run test/docs -u)", async () => {
  await expect(
    renderProtocolPage(),
    "docs/protocol.md is stale; “npx vitest run test/docs -u” writes it anew",
  ).toMatchFileSnapshot("../../docs/protocol.md");
});
