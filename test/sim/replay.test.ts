import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import {
  type Action,
  type FaultName,
  type ProcessName,
  parseSchedule,
  printSchedule,
  processName,
  type Setting,
  scheduleOf,
  settingFor,
  settingOf,
  showAction,
} from "../../model/index.ts";
import { papaya, protocols } from "../../model/protocols/index.ts";
import { properties } from "../../properties/index.ts";
import { RandomScheduler, replay, replayAligned, simulate } from "../../sim/index.ts";
import { type Segment, SegmentScheduler } from "../../sim/scheduler/segments.ts";
import { enabled, initialWorld, step } from "../../sim/world.ts";
import { course, settingFrom, workload } from "../arbitraries/index.ts";

describe("a run's own schedule, written to a file and read again,", () => {
  test.prop([fc.constantFrom(...protocols), workload, course()], { seed: 1, numRuns: 100 })(
    "is replayed to the same steps and verdicts",
    (protocol, work, { faults, segments }) => {
      const setting = settingFrom(protocol, work, faults);
      const run = simulate(setting, properties, new SegmentScheduler(segments));
      const schedule = parseSchedule(printSchedule(scheduleOf(setting, run.steps)));
      const report = replay(settingFor(schedule, protocol), properties, schedule.steps);
      expect(report).toMatchObject({ stale: null, skipped: [], complete: true });
      expect(report.steps.map(({ action }) => action)).toEqual(run.steps);
      expect(report.properties).toEqual(run.properties.map(({ at: _, ...verdict }) => verdict));
    },
  );

  test.prop([fc.nat().map(String)], { seed: 1, numRuns: 30 })("breaks at the same step", (seed) => {
    const protocol = protocols.find(({ id }) => id === "no-lock") ?? papaya;
    const setting = settingOf(protocol);
    const always = properties.filter(({ kind }) => kind === "always");
    const run = simulate(setting, always, new RandomScheduler(setting, seed));
    const { steps } = replay(setting, always, run.steps);
    for (const { id, at } of run.properties)
      expect(steps.findIndex(({ breaks }) => breaks.includes(id)) + 1).toBe(at);
  });
});

/** How far the plain world goes along with a schedule, and what could happen there instead. */
const fitting = (
  setting: Setting,
  steps: readonly Action[],
): { steps: number; enabled: readonly string[] } => {
  let world = initialWorld(setting);
  for (const [at, action] of steps.entries()) {
    const now = enabled(setting, world).map(showAction);
    if (!now.includes(showAction(action))) return { steps: at, enabled: now };
    world = step(setting, world, action).world;
  }
  return { steps: steps.length, enabled: [] };
};

/** Ways in which a schedule may come not to fit. */
const edits: Record<string, (steps: readonly Action[], at: number) => readonly Action[]> = {
  "a step left out": (steps, at) => steps.toSpliced(at, 1),
  "a step done twice": (steps, at) => steps.toSpliced(at, 0, ...steps.slice(at, at + 1)),
  "two steps changed over": (steps, at) => steps.toSpliced(at, 2, ...steps.slice(at, at + 2).reverse()),
  "a turn of everybody missing": (steps, at) => steps.toSpliced(at, 10),
};

describe("a schedule that does not fit", () => {
  const setting = settingOf(papaya);
  const run = (seed: string) => simulate(setting, [], new RandomScheduler(setting, seed)).steps;
  const place = fc.nat(59);
  const seed = fc.nat().map(String);

  test.prop([seed, place, fc.constantFrom(...Object.keys(edits))], { seed: 1, numRuns: 60 })(
    "is stale from the step on at which the plain world goes another way",
    (one, at, edit) => {
      const steps = edits[edit]?.(run(one), at) ?? [];
      const { stale, steps: taken } = replay(setting, [], steps);
      const fits = fitting(setting, steps);
      expect(taken.map(({ action }) => action)).toEqual(steps.slice(0, fits.steps));
      expect(stale?.step).toBe(fits.steps < steps.length ? fits.steps + 1 : undefined);
      if (stale === null) return;
      expect(stale.wanted).toEqual(steps[fits.steps]);
      expect(fits.enabled).toContain(stale.nearest && showAction(stale.nearest));
    },
  );

  test.prop([seed, place], { seed: 1, numRuns: 30 })("says what the process stands before", (one, at) => {
    const steps = run(one);
    const wanted = { ...(steps[at] as Action), outcome: "no such outcome" };
    expect(replay(setting, [], steps.with(at, wanted)).stale).toMatchObject({
      step: at + 1,
      wanted,
      standsBefore: steps[at]?.call,
      nearest: { process: wanted.process, call: wanted.call },
    });
  });

  it("says so of a process that does not exist", () => {
    const wanted = { ...(run("1")[4] as Action), process: processName("RECV", "7") };
    expect(replay(setting, [], run("1").with(4, wanted)).stale).toMatchObject({ step: 5, standsBefore: "" });
  });

  it("proves nothing of what holds at the end, not even when it is stale there", () => {
    const steps = run("1");
    for (const stale of [steps.toSpliced(40, 1), [...steps, ...steps.slice(-1)]]) {
      const { complete, properties: judged } = replay(setting, properties, stale);
      expect(complete).toBe(false);
      expect(judged.filter(({ verdict, kind }) => kind !== "sometimes" && verdict === "holds")).toEqual([]);
    }
  });

  it("is not stale where it only ends early", () =>
    expect(replay(setting, [], run("1").slice(0, 40))).toMatchObject({ stale: null, complete: false }));
});

describe("a schedule on another protocol", () => {
  const broken = protocols.find(({ id }) => id === "signal-before-append") ?? papaya;
  const setting = settingOf(broken);
  const { steps } = simulate(setting, [], new RandomScheduler(setting, "1"));

  it("is followed until nothing can move any more", () =>
    expect(replayAligned(settingOf(papaya), properties, steps)).toMatchObject({
      stale: null,
      complete: true,
    }));

  it("says which steps are its own, which are other ones, and which are left out", () => {
    const { steps: taken, skipped } = replayAligned(settingOf(papaya), [], steps);
    const scheduled = taken
      .filter(({ origin }) => origin === "scheduled")
      .map(({ action }) => showAction(action));
    expect(steps.map(showAction)).toEqual(expect.arrayContaining(scheduled));
    expect(taken.filter(({ origin }) => origin !== "added").length + skipped.length).toBe(steps.length);
  });

  it("is followed to the letter on its own", () => {
    const { steps: taken, skipped } = replayAligned(setting, [], steps);
    expect(skipped).toEqual([]);
    expect(taken.map(({ action, origin }) => ({ action, origin }))).toEqual(
      steps.map((action) => ({ action, origin: "scheduled" })),
    );
  });
});

/** Turns, as "daemon 9, anchor 0 crash" has them: whose, how many steps, which fault comes before, which outcome. */
const turnsIn = (text: string): readonly Segment[] =>
  text.split(", ").map((turn) => {
    const [who, steps, fault = "none", outcome = "0"] = turn.split(" ");
    const struck = fault === "none" ? {} : { fault: fault as FaultName };
    return { who: who as ProcessName, steps: Number(steps), outcome: Number(outcome), ...struck };
  });

const listening = "anchor 9, daemon 2";

describe("no fault of papaya's is", () => {
  it.each([
    [
      "a stranger that comes back",
      "P13",
      'faults: return=1\nstranger: client[1] "kx"',
      `${listening}, client[1] 9, daemon 9, client[1] 9, client[1] 9 return`,
    ],
    [
      "a client that comes back to a closed port",
      "P13",
      'faults: crash=1 return=1\nsends: client[1] "kk"',
      `${listening}, client[1] 2, anchor 0 crash, daemon 9, client[1] 9, client[1] 9 return`,
    ],
    [
      "a RECV that waits for room towards a stopped SEND",
      "P14",
      'faults: stop=1\nparameters: socketBuffer=7\nsends: client[1] "kk" "\\t\\n"',
      `${listening}, client[1] 9, daemon 9, RECV[1] 2, SEND[1] 3, SEND[1] 0 stop`,
    ],
    [
      "a full disk, of which a stopped SEND cannot tell its client",
      "P1",
      'faults: stop=1 disk-full=1\nsends: client[1] "kk" "a1\\n"',
      `${listening}, client[1] 9, daemon 9, RECV[1] 12 none 2, SEND[1] 0 stop`,
    ],
    ["a line that begins as the token does", "P1", 'sends: client[1] "kk" "kk1\\n"', listening],
    [
      "a line that ends as a stranger's does",
      "P13",
      'sends: client[1] "kk" "a1\\n"\nstranger: client[2] "kx" "1\\n"',
      listening,
    ],
  ])("%s (%s)", (_, id, header, turns) => {
    const schedule = parseSchedule(`papaya schedule 1\nprotocol: papaya\n${header}\n`);
    const judges = properties.filter((property) => property.id === id);
    const run = simulate(settingFor(schedule, papaya), judges, new SegmentScheduler(turnsIn(turns)));
    expect(run.properties).toMatchObject([{ because: "" }]);
  });
});
