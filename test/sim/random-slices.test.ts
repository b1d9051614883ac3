/**
 * Random small protocols, and what can be left out of their states. More of them, and other ones, by
 *
 *     PAPAYA_PROTOCOLS=10000 PAPAYA_SEED=7 PAPAYA_STATES=2000 npx vitest run test/sim/random-slices.test.ts
 */
import { test } from "@fast-check/vitest";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { flock, read, type Template, the, write } from "../../model/index.ts";
import { ContentsMatter } from "../../sim/engine/blindness.ts";
import { CellMatters } from "../../sim/engine/slice.ts";
import { check, type Reductions } from "../../sim/index.ts";
import { type Draft, draft, propertiesOf, questions, settingOfDraft } from "../arbitraries/index.ts";
import { checkSmall, verdictsOf } from "./comparison.ts";
import { compareRests, guessed } from "./slices.ts";

const protocols = Number(process.env.PAPAYA_PROTOCOLS ?? 150);
const seed = Number(process.env.PAPAYA_SEED ?? 1);

/** Larger ones are passed over. */
const mostStates = Number(process.env.PAPAYA_STATES ?? 1000);

const alone: Reductions = { symmetry: false, order: false, data: true };
const all: Reductions = { symmetry: true, order: true, data: true, learning: 1 };

/** Everybody takes a line and appends it, under the lock or not, and then does what was drawn. */
const appending = ([drawn, locks]: readonly [Draft, boolean]): Draft => {
  const take: readonly Template[] = [read("socket", 64), ...(locks ? [flock("log", "EX")] : [])];
  const give: readonly Template[] = [write("log", the("line")), ...(locks ? [flock("log", "UN")] : [])];
  const steps = [...take, ...give].map((call) => ({ call, otherwise: "on" }) as const);
  return {
    ...drawn,
    ...{ clients: 2, messages: Math.max(1, drawn.messages), connects: false, append: true },
    a: { ...drawn.a, steps: [...steps, ...drawn.a.steps] },
  };
};

/** How many were compared; in how many of these contents were left out, states became fewer, somebody looked, something broke. */
const counts = { compared: 0, forgotten: 0, fewer: 0, refused: 0, violated: 0 };
/** At least so large a share of them is to be of interest. With seed 1 it is 0.87, 0.48, 0.12 and 0.41. */
const shares = { forgotten: 0.5, fewer: 0.25, refused: 0.04, violated: 0.2 };

describe("random small protocols", () => {
  test.prop([fc.tuple(draft, fc.boolean()).map(appending), questions], { seed, numRuns: protocols })(
    "have the same verdicts, schedules, transitions and states of rest without what nobody looks at",
    (drawn, asked) => {
      const [setting, properties] = [{ ...settingOfDraft(drawn), room: 9 }, propertiesOf(asked)];
      const full = checkSmall(setting, properties, mostStates);
      if (full === null) return;
      const [data, every] = [alone, all].map((reductions) => check(setting, properties, { reductions }));
      expect(verdictsOf(data!)).toEqual(verdictsOf(full));
      expect(verdictsOf(every!)).toEqual(verdictsOf(full));
      try {
        const { missed, invented } = compareRests(setting, properties, guessed(setting, properties));
        expect({ missed, invented }).toEqual({ missed: [], invented: [] });
      } catch (error) {
        if (!(error instanceof ContentsMatter) && !(error instanceof CellMatters)) throw error;
      }
      counts.compared++;
      counts.forgotten += Number(data!.leftOut.contents);
      counts.fewer += Number(data!.states < full.states);
      counts.refused += Number(data!.refusals.contents !== "");
      counts.violated += Number(full.verdict === "violated");
    },
    1000 * (60 + protocols),
  );

  it("are no trivial ones: of many the states become fewer, and in some somebody looks", () => {
    const { compared, ...others } = counts;
    expect(compared).toBeGreaterThan(protocols / 2);
    for (const [what, share] of Object.entries(shares))
      expect(others[what as keyof typeof shares] / compared, what).toBeGreaterThan(share);
  });
});
