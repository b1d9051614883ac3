import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { protocols } from "../../model/protocols/index.ts";
import { properties } from "../../properties/index.ts";
import { papaya } from "../command.ts";

describe("the matrix", () => {
  it("prints what docs/matrix.txt shows, and every protocol breaks what it says", async () => {
    const golden = readFileSync(new URL("../../docs/matrix.txt", import.meta.url), "utf8");
    const { code, out } = await papaya(["matrix", "--on", "processes"]);
    expect(out, "papaya matrix --on processes > docs/matrix.txt").toBe(golden);
    expect(code).toBe(0);
  });

  it("has for each property a protocol that breaks it", () => {
    const broken = new Set(protocols.flatMap(({ breaks }) => breaks));
    expect(properties.map(({ id }) => id).filter((id) => !broken.has(id))).toEqual([]);
  });
});
