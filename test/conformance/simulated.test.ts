/** The facts of `facts/`, a theme a file, on the simulated kernel: every run of each, and no outcome but those it names. */
import { describe, expect, test } from "vitest";
import { themes } from "./facts/index.ts";
import { outcomesOf } from "./simulated.ts";

for (const [theme, facts] of Object.entries(themes))
  describe(`simulated kernel, ${theme}`, () => {
    for (const fact of facts)
      test(fact.says, () => expect(outcomesOf(fact)).toEqual([...fact.outcomes].sort()));
  });
