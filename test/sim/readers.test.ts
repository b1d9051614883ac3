import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { Readers } from "../../sim/knowledge/readers.ts";

/** More than a word has bits, so that rows grow in both directions. */
const [mostCells, mostProcesses] = [6, 70];

type Deed = { readonly cell: number; readonly process: number } | { readonly cleared: number };
const cell = fc.nat(mostCells - 1);
const deeds = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ cell, process: fc.nat(mostProcesses - 1) }) },
    { weight: 1, arbitrary: fc.record({ cleared: cell }) },
  ),
  { maxLength: 200 },
);

test.prop([deeds], { seed: 1, numRuns: 200 })(
  "whoever looks at a cell is its reader once, in the order of the first looks, until it changes",
  (all: readonly Deed[]) => {
    const readers = new Readers();
    const expected = Array.from({ length: mostCells }, () => new Set<number>());
    for (const deed of all) {
      const at = "cleared" in deed ? deed.cleared : deed.cell;
      readers.widen(at + 1, "cleared" in deed ? 1 : deed.process + 1);
      if ("cleared" in deed) {
        readers.clear(at);
        expected[at]?.clear();
      } else {
        readers.add(deed.process, at);
        expected[at]?.add(deed.process);
      }
      readers.widen(mostCells, 1);
      for (const [one, processes] of expected.entries()) {
        const found = Array.from({ length: readers.countOf(one) }, (_, nth) => readers.at(one, nth));
        expect(found).toEqual([...processes]);
      }
    }
  },
);
