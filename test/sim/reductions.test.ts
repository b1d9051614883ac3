import { afterEach, describe, expect, it, vi } from "vitest";
import {
  type Bounds,
  defaultBounds,
  type Property,
  type Protocol,
  roleOf,
  type Setting,
  settingOf,
} from "../../model/index.ts";
import { protocols } from "../../model/protocols/index.ts";
import { properties } from "../../properties/index.ts";
import { surveying } from "../../sim/checker/survey.ts";
import { Movers } from "../../sim/engine/movers.ts";
import {
  type Checkpoint,
  type CheckReport,
  check,
  ForeignCheckpoint,
  type Reductions,
  type SearchProgress,
} from "../../sim/index.ts";
import { finish } from "../../sim/progress.ts";
import { miniature } from "../miniature/miniature.ts";
import { asserted, deliveredInOrder } from "../miniature/properties.ts";
import { verdictsOf } from "./comparison.ts";

const protocol = (id: string): Protocol => protocols.find((one) => one.id === id) as Protocol;

const none: Reductions = { symmetry: false, order: false, data: false };
const symmetry: Reductions = { symmetry: true, order: false, data: false };
/** What is learnt beforehand is next to nothing here, so that most of it is found out too late, and searched for again. */
const order: Reductions = { symmetry: false, order: true, data: false, learning: 30 };
const both: Reductions = { symmetry: true, order: true, data: false, learning: 30 };

const searched = (setting: Setting, reductions: Reductions): CheckReport =>
  check(setting, properties, { reductions });

const expectSame = (setting: Setting, reductions: Reductions): void => {
  const [all, reduced] = [searched(setting, none), searched(setting, reductions)];
  expect(verdictsOf(reduced), JSON.stringify(setting.bounds)).toEqual(verdictsOf(all));
  expect(reduced.refusals.asymmetry).toBe("");
  // Every state of rest is found, and no other.
  if (!reductions.symmetry) expect(reduced.quiescent).toBe(all.quiescent);
};

const small: Bounds = { ...defaultBounds, clients: 1 };

describe("what is left out makes no difference: same verdicts, same lengths, same transitions reached", () => {
  const sizes: readonly Bounds[] = [
    small,
    { ...small, faults: { crash: 1 } },
    { ...small, messages: 0, strangers: 1, faults: { "daemon-restart": 1 } },
  ];
  /** One of each kind: what breaks nothing, loses wakeups, shares a lock, dies of a signal, leaks, leaves zombies. */
  const kinds = ["papaya", "pause", "inherited-description", "sysv-signal", "leaked-listener", "no-reap"];
  for (const id of kinds)
    it(`of ${id}, for one client, in any order`, () => {
      for (const bounds of sizes) expectSame(settingOf(protocol(id), bounds), order);
    });

  for (const id of ["papaya", "pause", "no-shared-lock", "group-dies-with-daemon", "no-reap"])
    it(`of ${id}, within its own bounds, for alike clients`, () => {
      expectSame(settingOf(protocol(id)), symmetry);
    });

  for (const id of ["papaya", "pause"])
    it(`of ${id}, within its own bounds, with both`, () => {
      expectSame(settingOf(protocol(id)), both);
    });
});

describe("reductions are exactly as large as they were", () => {
  const counted: readonly (readonly [string, Partial<Bounds>, Reductions, number, number])[] = [
    ["papaya", {}, none, 74_579, 2],
    ["papaya", {}, symmetry, 37_310, 1],
    ["papaya", {}, { symmetry: false, order: true, data: false }, 23_252, 2],
    ["papaya", {}, { symmetry: true, order: true, data: false }, 11_640, 1],
    ["papaya", { faults: { "short-write": 1, "disk-full": 1 } }, symmetry, 164_848, 10],
    ["papaya", { faults: { "daemon-restart": 1 } }, symmetry, 225_967, 23],
  ];
  for (const [id, bounds, reductions, states, quiescent] of counted)
    it(`${id} ${JSON.stringify([bounds, reductions])}: ${states} states`, () => {
      const setting = settingOf(protocol(id), { ...protocol(id).bounds, ...bounds });
      expect(searched(setting, reductions)).toMatchObject({ states, quiescent, verdict: "holds" });
    });
});

describe("schedules found in a reduced search", () => {
  it("name the clients that they are about, and break what they are said to break", () => {
    const setting = settingOf(protocol("pause"));
    const [full, reduced] = [searched(setting, none), searched(setting, symmetry)];
    const broken = ({ properties: checked }: CheckReport) =>
      checked.flatMap(({ schedule }) => (schedule === null ? [] : [schedule.steps.length]));
    expect(broken(reduced)).toEqual(broken(full));
    expect(broken(reduced).length).toBeGreaterThan(0);
  });
});

describe("clients are alike only where nothing treats them differently", () => {
  const favourite: Property = {
    id: "P2",
    name: "first-client-first",
    kind: "always",
    says: "The first client never writes.",
    observers: [],
    onEvent: (event) =>
      event.type === "return" && event.process === "client[1]" && event.request.call === "write"
        ? "client[1] has written"
        : null,
  };

  it("a property that names one switches symmetry off, and the report says so", () => {
    const setting = settingOf(protocol("papaya"));
    const report = check(setting, [favourite], { reductions: symmetry });
    expect(report.refusals.asymmetry).toMatch(/the properties make of an event hangs on which client it is/);
    expect(report).toMatchObject({ verdict: "violated", states: check(setting, [favourite]).states });
  });

  it("a property about all of them does not", () => {
    const anybody: Property = {
      ...favourite,
      onEvent: (event) =>
        event.type === "return" && roleOf(event.process) === "client" && event.request.call === "write"
          ? "a client has written"
          : null,
    };
    expect(check(settingOf(protocol("papaya")), [anybody], { reductions: symmetry }).refusals.asymmetry).toBe(
      "",
    );
  });
});

describe("a search that looks which orders can be left out", () => {
  /** Ends so many yields after what is searched in any case. */
  const endedAfter = (stop: number) => {
    let yields = 0;
    const reductions = { symmetry: false, order: true, data: false };
    const work = surveying(settingOf(miniature(2, 2)), [...asserted, deliveredInOrder], { reductions });
    const goOn = ({ states }: SearchProgress) => states < 1 << 8 || ++yields < stop;
    return { ...finish(work, goOn), yields };
  };

  it("yields meanwhile, and ends where it is told to, with what it has searched", () => {
    const { yields, result } = endedAfter(Number.POSITIVE_INFINITY);
    expect(result.complete).toBe(true);
    // Random ways, and then what was seen on them is settled.
    for (const stop of [1, 50, 400, yields - 20]) {
      const early = endedAfter(stop);
      expect(early.yields).toBe(stop);
      expect(early.result).toMatchObject({ complete: false, quiescent: 0 });
      expect(early.result.states).toBeGreaterThanOrEqual(1 << 8);
    }
    expect(yields).toBeGreaterThan(500);
  });
});

describe("a search that leaves out orders, or data", () => {
  it.each(["order", "data"])("neither leaves a checkpoint, nor goes on from one: %s", (left) => {
    const setting = settingOf(protocol("papaya"));
    const keptOf = (reductions: Reductions): Checkpoint[] => {
      const kept: Checkpoint[] = [];
      const report = check(setting, properties, {
        ...{ reductions, maxStates: 18_000 },
        keep: (one) => kept.push(one),
      });
      expect(report.verdict).toBe("unknown");
      return kept;
    };
    const reduced: Reductions = { ...none, [left]: true };
    expect(keptOf(reduced)).toEqual([]);
    const [from] = keptOf(none);
    expect(() => check(setting, properties, { reductions: reduced, from: from! })).toThrow(ForeignCheckpoint);
  });
});

describe("a reduction that leaves out too much", () => {
  afterEach(() => vi.restoreAllMocks());

  it("is noticed by these comparisons: whoever has moved goes on as long as it can", () => {
    const setting = settingOf(protocol("pause"));
    const all = searched(setting, none);
    vi.spyOn(Movers.prototype, "canGoOn").mockImplementation(({ moves }) => moves.edges.length === 1);
    vi.spyOn(Movers.prototype, "settling").mockImplementation(function* () {
      yield;
      return true;
    });
    expect(verdictsOf(searched(setting, order))).not.toEqual(verdictsOf(all));
  });
});
