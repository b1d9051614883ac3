import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { Numbering } from "../../sim/knowledge/numbering.ts";
import { type Asked, Situations } from "../../sim/knowledge/situations.ts";
import { State } from "../../sim/knowledge/state.ts";

const cellNames = ["a", "b", "c", "d", "e"] as const;
const values = [0, 1, 2] as const;

/** A function of the world as a tree: which cell it looks at next hangs on what it has found so far. */
type Tree = number | { readonly cell: number; readonly next: readonly Tree[] };

/** No cell twice: who looks again finds the same. */
const treeOver = (cells: readonly number[]): fc.Arbitrary<Tree> =>
  cells.length === 0
    ? fc.nat(99)
    : fc.oneof(
        { maxDepth: 5 },
        fc.nat(99),
        fc.constantFrom(...cells).chain((cell): fc.Arbitrary<Tree> => {
          const others = treeOver(cells.filter((other) => other !== cell));
          return fc.record({ cell: fc.constant(cell), next: fc.tuple(others, others, others) });
        }),
      );

/** What it looks at, and what it says. */
const askPlainly = (
  tree: Tree,
  world: readonly number[],
  looks: number[] = [],
): readonly [number[], number] => {
  if (typeof tree === "number") return [looks, tree];
  return askPlainly(tree.next[world[tree.cell]!]!, world, [...looks, tree.cell]);
};

const worlds = fc.array(fc.tuple(...cellNames.map(() => fc.constantFrom(...values))), {
  minLength: 1,
  maxLength: 60,
});

test.prop([fc.array(treeOver([0, 1, 2, 3, 4]), { minLength: 1, maxLength: 4 }), worlds], {
  seed: 1,
  numRuns: 300,
})(
  "what was learnt of a function is found where all that it looks at is the same, with what it looks at, and is right",
  (trees, visited) => {
    const numbering = new Numbering(Number.POSITIVE_INFINITY);
    const situations = new Situations(numbering);
    const state = new State(numbering);
    const cells = cellNames.map((name) => numbering.numberOf(name));
    const functions = trees.map((tree): readonly [Tree, Asked] => [tree, situations.add()]);
    const learnt = functions.map(() => new Set<string>());
    // A block is cut when it turns out that less of it is looked at every time; what hangs on it is learnt anew then.
    const rounds = Array.from({ length: 1 + cells.length }, () => visited);
    let missed = 0;
    for (const world of rounds.flat()) {
      if (world === visited[0]) missed = 0;
      for (const [at, cell] of cells.entries()) state.put(cell, numbering.numberFor(cell, world[at]!));
      for (const [at, [tree, asked]] of functions.entries()) {
        const [looks, answer] = askPlainly(tree, world);
        const looked = looks.map((one) => cells[one]!);
        const situation = looks.map((one) => `${one}=${world[one]}`).join();
        const place = situations.find(asked, state);
        if (place < 0) {
          missed++;
          expect(situations.learn(asked, looked, state, [answer, answer + 100])).toBe(true);
          expect(situations.at(situations.find(asked, state))).toBe(answer);
          learnt[at]!.add(situation);
          continue;
        }
        expect(learnt[at]).toContain(situation);
        expect([situations.at(place), situations.at(place, 1)]).toEqual([answer, answer + 100]);
        const found: number[] = [];
        situations.forEachCell((cell) => found.push(cell));
        expect(found).toEqual(looked);
      }
    }
    expect(missed).toBe(0);
  },
);
