import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { type Bounds, type Property, type Protocol, settingOf, type Verdict } from "../../model/index.ts";
import { noLock } from "../../model/protocols/no-lock.ts";
import { papaya } from "../../model/protocols/papaya.ts";
import { pause } from "../../model/protocols/pause.ts";
import { published } from "../../model/protocols/published/index.ts";
import { properties } from "../../properties/index.ts";
import {
  type Campaign,
  campaigning,
  finish,
  joinTallies,
  PctScheduler,
  RandomScheduler,
  type RunReport,
  reportOn,
  type Stretch,
  seedOfRun,
  simulate,
  type Tally,
} from "../../sim/index.ts";

const campaignOn = (
  protocol: Protocol,
  more: Partial<Campaign> = {},
  bounds: Partial<Bounds> = {},
): Campaign => {
  const setting = settingOf(protocol, { ...protocol.bounds, ...bounds });
  const schedulerFor = (seed: string) => new RandomScheduler(setting, seed);
  return { setting, properties, seed: "7", schedulerFor, ...more };
};

const make = (campaign: Campaign, stretch: Stretch): Tally => finish(campaigning(campaign, stretch));
const whole = (campaign: Campaign, runs: number) => reportOn(campaign, [make(campaign, { first: 1, runs })]);

/** A run of it, made alone, of a setting that nothing is known of. */
const alone = ({ setting, schedulerFor, seed, ...rest }: Campaign, run: number): RunReport =>
  simulate({ ...setting }, rest.properties, schedulerFor(seedOfRun(seed, run)), rest.maxSteps);

/** These runs of it, as if they were the first ones. */
const reportOnRuns = (campaign: Campaign, runs: readonly number[]) =>
  reportOn(
    campaign,
    runs.map((run, at) => ({ ...make(campaign, { first: run, runs: 1 }), first: at + 1 })),
  );

describe("a run of a campaign is the run that its seed makes alone", () => {
  it("the first one with the campaign's seed, the others with one derived from it", () =>
    expect([1, 2, 37].map((run) => seedOfRun("7", run))).toEqual(["7", "7/2", "7/37"]));

  for (const protocol of [papaya, noLock])
    it(protocol.id, () => {
      const campaign = campaignOn(protocol);
      for (const run of [1, 2, 3, 37]) {
        const { steps, complete, properties: judged } = alone(campaign, run);
        const report = reportOnRuns(campaign, [run]);
        expect(report).toMatchObject({ runs: 1, steps: steps.length, rested: complete ? 1 : 0 });
        expect(report.properties).toEqual(
          judged.map(({ at, ...verdict }) => {
            const { because, steps: events } = verdict;
            const broken = verdict.verdict === "violated" ? { runs: 1, run, because, at, events } : null;
            return { ...verdict, broken };
          }),
        );
      }
    });

  it("with every scheduler, and each has its own", () => {
    const { setting, ...rest } = campaignOn(noLock);
    const schedulerFor = (seed: string) => new PctScheduler(setting, seed, 3, 100);
    const campaign = { ...rest, setting, schedulerFor };
    const steps = [1, 2, 3, 4].map((run) => alone(campaign, run).steps.length);
    expect(whole(campaign, 4).steps).toBe(steps.reduce((a, b) => a + b));
  });
});

/** What is known of a property after several runs, said once more and otherwise than by merged evidence. */
const together = (kind: Property["kind"], verdicts: readonly Verdict[]): Verdict => {
  const has = (verdict: Verdict) => verdicts.includes(verdict);
  if (has("violated")) return "violated";
  if (kind === "sometimes" && has("holds")) return "holds";
  if (has("unknown")) return "unknown";
  return has("holds") ? "holds" : "not-applicable";
};

/** Speaks of what follows a fault: of runs in which one strikes, and of no others. */
const afterFaults: Property = {
  id: "P98",
  name: "after-faults",
  kind: "at-quiescence",
  says: "whatever",
  observers: [],
  onQuiescence: () => null,
  startsWith: ({ type }) => type === "fault",
};

const compareWithRuns = (campaign: Campaign, runs: number): void => {
  const report = whole(campaign, runs);
  const single = Array.from({ length: runs }, (_, at) => alone(campaign, at + 1));
  expect(report).toMatchObject({
    runs,
    steps: single.reduce((sum, { steps }) => sum + steps.length, 0),
    rested: single.filter(({ complete }) => complete).length,
  });
  for (const [at, { kind, verdict, because, broken }] of report.properties.entries()) {
    const verdicts = single.map((run) => run.properties[at]?.verdict ?? "unknown");
    expect(verdict).toBe(together(kind, verdicts));
    const first = verdicts.indexOf("violated");
    if (first < 0) expect(broken).toBeNull();
    else {
      const one = single[first]?.properties[at];
      const many = verdicts.filter((other) => other === "violated").length;
      expect(broken).toMatchObject({ runs: many, run: first + 1, because, at: one?.at });
      expect(because).toBe(one?.because);
    }
  }
};

describe("the verdicts of a campaign are those of its runs together", () => {
  const protocols = fc.constantFrom(papaya, noLock, pause, published);
  const cut = fc.option(fc.integer({ min: 30, max: 90 }), { nil: undefined });

  test.prop([protocols, fc.string({ maxLength: 3 }), fc.integer({ min: 1, max: 8 }), cut], {
    seed: 1,
    numRuns: 40,
  })("whatever is broken, shown, cut short", (protocol, seed, runs, maxSteps) =>
    compareWithRuns(
      campaignOn(
        protocol,
        { seed, properties: [...properties, afterFaults], ...(maxSteps === undefined ? {} : { maxSteps }) },
        { faults: { disconnect: 1 } },
      ),
      runs,
    ),
  );

  it("what some run must show holds where one of them shows it, and is unknown where none does", () => {
    const shows = (run: number) =>
      alone(campaignOn(noLock), run).properties.find(({ id }) => id === "P4")?.verdict;
    const verdict = (runs: readonly number[]) =>
      reportOnRuns(campaignOn(noLock), runs).properties.find(({ id }) => id === "P4")?.verdict;
    const runs = Array.from({ length: 30 }, (_, at) => at + 1);
    const [without, others] = [
      runs.filter((run) => shows(run) === "unknown"),
      runs.filter((run) => shows(run) === "holds"),
    ];
    expect([without.length > 2, others.length > 2]).toEqual([true, true]);
    expect(verdict(without)).toBe("unknown");
    expect(verdict([...without, ...others.slice(0, 1)])).toBe("holds");
  });

  it("what never began in any run is not applicable, and holds where it began in one", () => {
    const campaign = campaignOn(noLock, { properties: [afterFaults] }, { faults: { disconnect: 1 } });
    const verdictOf = (run: number) => alone(campaign, run).properties[0]?.verdict;
    const runs = Array.from({ length: 30 }, (_, at) => at + 1);
    const began = runs.find((run) => verdictOf(run) === "holds");
    const never = runs.find((run) => verdictOf(run) === "not-applicable");
    if (began === undefined || never === undefined) throw new Error("no such runs: choose another seed");
    const verdict = (...both: readonly number[]) => reportOnRuns(campaign, both).properties[0]?.verdict;
    expect(verdict(never, never)).toBe("not-applicable");
    expect(verdict(never, began)).toBe("holds");
    expect(verdict(began, never)).toBe("holds");
  });

  it("nothing is known of no run", () => {
    for (const asked of [properties, properties.filter(({ id }) => id === "P4")]) {
      const report = reportOn(campaignOn(papaya, { properties: asked }), []);
      expect(report).toMatchObject({ runs: 0, steps: 0, rested: 0, verdict: "unknown" });
      expect(new Set(report.properties.map(({ verdict }) => verdict))).toEqual(new Set(["unknown"]));
    }
  });
});

describe("the report is the same, whoever makes which runs,", () => {
  const runs = 24;
  const campaign = campaignOn(published);
  const cuts = fc.uniqueArray(fc.integer({ min: 1, max: runs - 1 }), { maxLength: 8 });
  /** The runs in stretches, in any order. Some are empty: those of a thread that was stopped before it had begun. */
  const splits = fc.tuple(cuts, fc.boolean()).chain(([places, withEmpty]) => {
    const starts = [1, ...places.map((place) => place + 1).sort((a, b) => a - b)];
    const stretches = starts.map((first, at) => ({ first, runs: (starts[at + 1] ?? runs + 1) - first }));
    const all = withEmpty ? [...stretches, ...stretches.map(({ first }) => ({ first, runs: 0 }))] : stretches;
    return fc.shuffledSubarray(all, { minLength: all.length });
  });

  test.prop([splits], { seed: 1, numRuns: 30 })("in whatever stretches and order", (stretches) => {
    const tallies = stretches.map((stretch) =>
      make({ ...campaign, setting: { ...campaign.setting } }, stretch),
    );
    expect(reportOn(campaign, tallies)).toEqual(whole(campaign, runs));
  });

  test.prop([splits, fc.nat()], { seed: 1, numRuns: 40 })(
    "and where one is missing, it is about those before it",
    (stretches, which) => {
      const missing = stretches[which % stretches.length] ?? { first: 1, runs };
      const tallies = stretches.filter((one) => one !== missing).map((one) => make(campaign, one));
      const known = missing.runs === 0 ? runs : missing.first - 1;
      expect(reportOn(campaign, tallies)).toEqual(whole(campaign, known));
    },
  );

  test.prop([splits, fc.nat()], { seed: 1, numRuns: 30 })(
    "and those that follow one another are told of as one, so that many take no more memory than few",
    (stretches, which) => {
      const tallies = stretches.map((stretch) => make(campaign, stretch));
      expect(joinTallies(tallies)).toEqual([make(campaign, { first: 1, runs })]);
      const missing = tallies[which % tallies.length];
      const some = tallies.filter((one) => one !== missing);
      expect(joinTallies(some).length).toBeLessThanOrEqual(2);
      expect(reportOn(campaign, joinTallies(some))).toEqual(reportOn(campaign, some));
    },
  );

  it("and what a thread sends is what it has found out", () => {
    const tally = make(campaign, { first: 1, runs: 5 });
    expect(structuredClone(tally)).toEqual(tally);
  });
});

describe("a campaign that is ended early", () => {
  test.prop([fc.integer({ min: 1, max: 60 })], { seed: 1, numRuns: 20 })(
    "tells of the runs that were made to their end, and of no others",
    (yields) => {
      const campaign = campaignOn(noLock);
      let left = yields;
      const tally = finish(campaigning(campaign, { first: 3, runs: 40 }), () => --left > 0);
      expect(tally.runs).toBe(Math.min(40, yields - 1));
      expect(tally).toEqual(make(campaign, { first: 3, runs: tally.runs }));
    },
  );

  it("can be ended within a long run, and says how far that is", () => {
    const campaign = campaignOn(papaya, {}, { clients: 12, messages: 4 });
    const seen: number[] = [];
    const tally = finish(campaigning(campaign, { first: 1, runs: 3 }), ({ runs, steps }) => {
      if (runs === 1) seen.push(steps);
      return seen.length < 3;
    });
    const [first] = seen;
    expect(seen).toEqual([0, 256, 512].map((steps) => steps + alone(campaign, 1).steps.length));
    expect(tally).toMatchObject({ runs: 1, steps: first });
  });
});
