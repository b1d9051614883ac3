import seedrandom from "seedrandom";
import { describe, expect, it } from "vitest";
import { type Budget, defaultBounds, faultNames, settingOf } from "../../model/index.ts";
import { protocols } from "../../model/protocols/index.ts";
import {
  cellsOf,
  initialWorld,
  processesIn,
  transitionsIn,
  type World,
  withWrites,
} from "../../sim/world.ts";

const every = Object.fromEntries(faultNames.map((name) => [name, 1])) as Budget;

const enrolled = (world: World): readonly string[] => [...processesIn(cellsOf(world))].sort();

const known = (world: World): readonly string[] =>
  [...world.keys()]
    .flatMap((cell) => (cell.startsWith("process/") ? [cell.slice("process/".length)] : []))
    .sort();

/** Sweeps rely on it: what is known of a process decides whether it is there, and the roster need not be looked at. */
describe("who is on the roster is who something is known of, whatever has happened", () => {
  it.each(protocols)("on random ways of $id, with every fault once", (protocol) => {
    const bounds = { ...defaultBounds, clients: 2, strangers: 1, faults: every };
    const setting = settingOf(protocol, bounds);
    const rosters = new Set<string>();
    for (let way = 1; way <= 5; way++) {
      const random = seedrandom(`${protocol.id} ${way}`);
      let world = initialWorld(setting);
      for (let steps = 0; steps < 150; steps++) {
        expect(known(world)).toEqual(enrolled(world));
        rosters.add(enrolled(world).join());
        // Faults strike seldom, as otherwise everybody is dead at once.
        const strikes = random() < 0.05;
        const all = transitionsIn(setting, world);
        const fitting = all.filter(({ action }) => (action.kind === "fault") === strikes);
        const transitions = fitting.length > 0 ? fitting : all;
        const one = transitions[Math.floor(random() * transitions.length)];
        if (one === undefined) break;
        world = withWrites(world, one.writes);
      }
    }
    expect(rosters.size).toBeGreaterThan(6);
  });
});
