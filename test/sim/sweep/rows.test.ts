import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Frontier } from "../../../sim/sweep/frontier.ts";
import { hasRoom, layoutFor, packInto, unpackFrom } from "../../../sim/sweep/layout.ts";
import { PairMap } from "../../../sim/sweep/pairs.ts";
import { VisitedSet } from "../../../sim/sweep/visited.ts";

/** Sizes of parts, and numbers that fit. */
const parted = fc
  .array(fc.integer({ min: 1, max: 1 << 20 }), { minLength: 1, maxLength: 9 })
  .chain((sizes) => {
    const states = fc.array(fc.tuple(...sizes.map((size) => fc.nat(size - 1))), { maxLength: 40 });
    return fc.record({ sizes: fc.constant(sizes), states });
  });

const rowsOf = (layout: ReturnType<typeof layoutFor>, states: readonly (readonly number[])[]): Int32Array => {
  const rows = new Int32Array(states.length * layout.words);
  for (const [at, state] of states.entries())
    packInto(layout, Int32Array.from(state), rows, at * layout.words);
  return rows;
};

const numbersAt = (layout: ReturnType<typeof layoutFor>, rows: Int32Array, row: number): number[] => {
  const numbers = new Int32Array(layout.word.length);
  unpackFrom(layout, rows, row * layout.words, numbers);
  return [...numbers];
};

describe("rows", () => {
  it("hold every part of a state, and no word of them is 0", () =>
    fc.assert(
      fc.property(parted, ({ sizes, states }) => {
        const layout = layoutFor(sizes);
        expect(hasRoom(layout, sizes)).toBe(true);
        const rows = rowsOf(layout, states);
        expect(rows).not.toContain(0);
        expect(states.map((_, row) => numbersAt(layout, rows, row))).toEqual(states);
      }),
    ));
});

describe("a layout", () => {
  it("holds what there is, whatever is likely", () =>
    fc.assert(
      fc.property(parted, fc.array(fc.integer({ min: 1, max: 1 << 10 })), ({ sizes }, more) => {
        const likely = sizes.map((size, part) => size * (more[part] ?? 1));
        const layout = layoutFor(sizes, likely);
        expect(hasRoom(layout, sizes)).toBe(true);
      }),
    ));

  it("gives bits to spare to whoever is likely to need them", () => {
    const [few, some, many] = [
      [2, 2, 2, 2, 2, 2],
      [2, 900, 900, 2, 2, 2],
      [2, 9000, 2, 9000, 2, 2],
    ];
    for (const likely of [some, many]) expect(hasRoom(layoutFor(few, likely), likely)).toBe(true);
    expect(hasRoom(layoutFor(few), many)).toBe(false);
    expect(layoutFor(few, many).words).toBe(2);
  });
});

describe("the visited set", () => {
  it("takes each state once, also when its rows are laid out anew in between", () =>
    fc.assert(
      fc.property(parted, fc.nat(40), ({ sizes, states }, cut) => {
        const narrow = layoutFor(sizes);
        const wide = layoutFor(sizes.map((size) => size * 40));
        const visited = new VisitedSet(narrow);
        const known = new Set<string>();
        for (const [at, state] of states.entries()) {
          if (at === cut) visited.layOut(wide);
          const layout = at < cut ? narrow : wide;
          const isNew = visited.add(rowsOf(layout, [state]), 0);
          expect(isNew).toBe(!known.has(state.join()));
          known.add(state.join());
        }
        expect(visited.count).toBe(known.size);
      }),
    ));

  it("grows", () => {
    const layout = layoutFor([100_000, 1]);
    const visited = new VisitedSet(layout);
    for (let state = 0; state < 100_000; state++) visited.add(rowsOf(layout, [[state, 0]]), 0);
    for (let state = 0; state < 100_000; state += 7)
      expect(visited.add(rowsOf(layout, [[state, 0]]), 0)).toBe(false);
    expect(visited.count).toBe(100_000);
  });

  it("grows by more than it must where it may, and not where it may not", () => {
    const layout = layoutFor([100_000, 1]);
    const [ample, scarce] = [new VisitedSet(layout), new VisitedSet(layout)];
    const needed = ample.memoryWith(20_000);
    ample.makeRoomFor(20_000);
    scarce.makeRoomFor(20_000, needed);
    expect(scarce.memory).toBeLessThan(needed);
    expect(ample.memory).toBe(2 * scarce.memory);
    expect(scarce.room).toBeGreaterThanOrEqual(20_000);
  });
});

describe("the frontier", () => {
  it("gives back what it was given, in order, whatever is put back and however it is laid out", () =>
    fc.assert(
      fc.property(parted, fc.array(fc.tuple(fc.nat(20), fc.nat(20))), ({ sizes, states }, takes) => {
        let layout = layoutFor(sizes);
        const frontier = new Frontier(layout.words);
        const half = states.length >> 1;
        frontier.add(rowsOf(layout, states.slice(0, half)), half);
        frontier.add(rowsOf(layout, states.slice(half)), states.length - half);
        const out: number[][] = [];
        for (const [wanted, back] of [...takes, [states.length, 0] as const]) {
          const rows = new Int32Array(64 * layout.words);
          const taken = frontier.take(rows, wanted);
          const kept = Math.max(0, taken - back);
          for (let row = 0; row < kept; row++) out.push(numbersAt(layout, rows, row));
          frontier.putBack(rows, kept, taken);
          const next = layoutFor(sizes.map((size) => size * 3));
          frontier.layOut(layout, next);
          layout = next;
        }
        expect(out).toEqual(states);
        expect(frontier.length).toBe(0);
      }),
    ));
});

describe("pairs", () => {
  const entries = fc.uniqueArray(fc.tuple(fc.nat(50), fc.nat(50), fc.nat(1000)), {
    maxLength: 300,
    selector: ([a, b]) => `${a} ${b}`,
  });

  it("lead to what was put there, and nothing else does", () =>
    fc.assert(
      fc.property(entries, (list) => {
        const map = new PairMap();
        for (const [a, b, value] of list) {
          expect(map.get(a, b)).toBe(-1);
          map.set(a, b, value);
        }
        for (const [a, b, value] of list) expect(map.get(a, b)).toBe(value);
        expect(map.get(51, 0)).toBe(-1);
      }),
    ));
});
