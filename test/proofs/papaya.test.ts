import { describe, expect, it } from "vitest";
import { papaya } from "../command.ts";
import { proofs } from "./bounds.ts";

describe("papaya is proved, and the search is exactly as large as it was", () => {
  for (const { flags, ...expected } of proofs)
    it(`papaya check papaya ${flags}`, async () => {
      const arguments_ = ["check", "papaya", "--json", ...flags.split(" ").filter((flag) => flag !== "")];
      const { code, out } = await papaya(arguments_);
      expect(JSON.parse(out)).toMatchObject({ verdict: "holds", ...expected });
      expect(code).toBe(0);
    });
});
