import seedrandom from "seedrandom";
import { describe, expect, it } from "vitest";
import {
  defineProtocol,
  fstat,
  type InitialProcess,
  type ProcessMachine,
  type Setting,
  setpgid,
  settingOf,
} from "../../../model/index.ts";
import { papaya } from "../../../model/protocols/index.ts";
import { type Reductions, Space } from "../../../sim/checker/space.ts";
import { mostBlocks } from "../../../sim/engine/blocks.ts";
import type { Permutation } from "../../../sim/engine/permutation.ts";
import type { Edge } from "../../../sim/engine/product.ts";
import { Canon } from "../../../sim/sweep/canon.ts";
import { Likes } from "../../../sim/sweep/likes.ts";
import { Parts } from "../../../sim/sweep/parts.ts";
import { miniature } from "../../miniature/miniature.ts";
import { machine } from "../hand-made.ts";
import { expectSame } from "./figures.ts";

const symmetry: Reductions = { symmetry: true, order: false, data: false };

/** The first of two leads the session, and so is not like the other one. Each has so many more beside it, which do nothing. */
const withLeader = (more: number): Setting => {
  const idle = machine({});
  const others = Array.from({ length: more }, (_, at): [string, ProcessMachine] => [`Q${at}`, idle]);
  const leaver = machine({
    look: [fstat("log"), { "*": "leave" }],
    leave: [setpgid("g"), { "*": "lookAgain" }],
    lookAgain: [fstat("log"), { "*": "look" }],
  });
  const machines = { P: leaver, ...Object.fromEntries(others) };
  const start = ["1", "2"].flatMap((index) =>
    Object.keys(machines).map((role): InitialProcess => {
      const holds = { log: { file: "log", append: false } };
      return { role, index, group: "p", session: "made", holds };
    }),
  );
  const says = "Two alike processes, one of which leads their session.";
  const bounds = { clients: 0 };
  return settingOf(defineProtocol({ id: "made", says, machines, client: idle, start, bounds }));
};

/** States on some random ways. */
const statesIn = (space: Space): Int32Array[] => {
  const random = seedrandom("likes");
  const edges: Edge[] = [];
  const states: Int32Array[] = [];
  for (let way = 0; way < 12; way++) {
    const vector = new Int32Array(mostBlocks);
    vector.set(space.start);
    for (let steps = 0; steps < 60 && !space.edgesOf(vector, edges); steps++) {
      const edge = edges[Math.floor(random() * edges.length)]!;
      space.take(edge, edge.note === null ? null : edge.note.at(vector), vector);
      states.push(vector.slice());
    }
  }
  return states;
};

const imageUnder = (permutation: Permutation, state: Int32Array): Int32Array => {
  const image = new Int32Array(mostBlocks);
  permutation.apply(state, image);
  return image;
};

describe("a sweep with likes", () => {
  it.each([0, 1, 2, 3, 4, 5])(
    "begins with the least of them, also where the start is not its own like: %d more",
    (more) => {
      expectSame(withLeader(more), []);
      expectSame(withLeader(more), [], symmetry);
    },
  );

  it.each([
    ["papaya, 2 × 1", settingOf(papaya)],
    ["papaya, 3 × 1", settingOf(papaya, { ...papaya.bounds, clients: 3 })],
    ["the miniature, 2 × 2", settingOf(miniature(2, 2))],
    ["the miniature, 3 × 1", settingOf(miniature(3, 1))],
  ])("takes all permutations of a state for the same one: %s", (_, setting) => {
    const space = new Space(setting, [], symmetry);
    const { symmetry: likes } = space;
    if (likes === null) throw new Error("clients are not alike");
    const states = statesIn(space);
    expect(states.length).toBeGreaterThan(200);
    const parts = new Parts(space.blocks, setting);
    const known = new Likes(likes, parts);
    const each = <T>(of: (part: number) => T): T[] =>
      Array.from({ length: parts.count }, (__, part) => of(part));
    const numbersOf = (state: Int32Array) => Int32Array.from(each((part) => parts.fold(part, state)));
    const all = states.map((state) => [state, ...likes.permutations.map((one) => imageUnder(one, state))]);
    // What there was no room for is learnt the second time.
    for (let time = 0; time < 2; time++) {
      for (const state of all.flat()) known.learn(numbersOf(state));
      known.close();
      known.makeRoom(each((part) => parts.sizeOf(part)));
    }
    const canon = new Canon(known.tables, parts.count);
    for (const images of all) {
      const least = images.map((state) => {
        const numbers = numbersOf(state);
        expect(canon.apply(numbers)).toBe(true);
        return numbers.join();
      });
      expect(new Set(least).size).toBe(1);
      expect(images.map((state) => numbersOf(state).join())).toContain(least[0]);
    }
  });
});
