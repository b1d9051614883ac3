import { describe, expect, it } from "vitest";
import { defaultBounds, type Property, type Setting, settingOf } from "../../model/index.ts";
import { protocols } from "../../model/protocols/index.ts";
import { properties } from "../../properties/index.ts";
import { Excursions } from "../../sim/checker/excursions.ts";
import { Search } from "../../sim/checker/search.ts";
import { slicing } from "../../sim/checker/slicing.ts";
import { mostBlocks } from "../../sim/engine/blocks.ts";
import type { Case, Judge } from "../../sim/engine/judge.ts";
import type { Outlook } from "../../sim/engine/outlook.ts";
import { finish } from "../../sim/progress.ts";
import { miniature } from "../miniature/miniature.ts";
import { asserted, deliveredInOrder } from "../miniature/properties.ts";

/** What nobody else need know of. */
interface Inside {
  readonly judge: Judge;
  caseOf(outlook: Outlook): Case;
}

/** Judges what can be done at once in a state and in all its likes; returns how often it could, and how often not. */
const judged = (setting: Setting, asked: readonly Property[]): Record<"yes" | "no", number> => {
  const { slice } = finish(slicing(setting, asked));
  const search = new Search(setting, asked, { symmetry: true, order: true }, slice);
  const { product, symmetry } = search;
  const movers = search.movers!;
  const inside = movers as unknown as Inside;
  finish(search.run(256));
  finish(new Excursions(search).making(8));
  movers.begin();
  const count = { yes: 0, no: 0 };
  const [vector, image] = [new Int32Array(mostBlocks), new Int32Array(mostBlocks)];
  for (let state = 0; state < 200; state++) {
    vector.fill(0);
    vector.set(search.load(state).subarray(0, product.blocks.count));
    for (const process of product.processesIn(vector)) {
      const outlook = movers.at(process, vector);
      const verdict = movers.canGoOn(outlook);
      if (outlook.moves.edges.length !== 1) continue;
      count[verdict ? "yes" : "no"]++;
      for (const [at, permutation] of symmetry!.permutations.entries()) {
        image.fill(0);
        permutation.apply(vector, image);
        product.processesIn(image);
        const like = movers.at(symmetry!.processUnder(at + 1, process), image);
        // Not by way of the first of the likes, but each by itself.
        expect(inside.judge.isMover(inside.caseOf(like))).toBe(verdict);
      }
    }
  }
  return count;
};

describe("what is judged of one client holds for its likes, each of them judged by itself", () => {
  it.each(protocols)("of $id", (protocol) => {
    const bounds = { ...defaultBounds, clients: 2, messages: 1, faults: {} };
    const { yes, no } = judged(settingOf(protocol, bounds), properties);
    // Where a description is shared, hardly anything can be done at once.
    expect(yes).toBeGreaterThan(protocol.id === "published" ? 0 : 10);
    expect(no).toBeGreaterThan(10);
  });

  it("of three clients", () => {
    const { yes, no } = judged(settingOf(miniature(3, 1)), [...asserted, deliveredInOrder]);
    expect(yes).toBeGreaterThan(10);
    expect(no).toBeGreaterThan(10);
  });
});
