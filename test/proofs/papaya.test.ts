import { describe } from "vitest";
import { proofs } from "./bounds.ts";
import { large, prove } from "./proving.ts";

describe("papaya is proved, and the search is exactly as large as it was", () => {
  for (const proof of proofs.filter(({ states }) => states < large)) prove(proof);
});
