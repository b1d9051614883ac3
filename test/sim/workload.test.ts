import { fc, test } from "@fast-check/vitest";
import { beforeAll, describe, expect, it } from "vitest";
import {
  type Action,
  notices,
  type Protocol,
  parseSchedule,
  printSchedule,
  refusalOf,
  scheduleOf,
  settingFor,
} from "../../model/index.ts";
import { papaya, protocols } from "../../model/protocols/index.ts";
import { properties } from "../../properties/index.ts";
import { replay, shrink, simulate } from "../../sim/index.ts";
import { SegmentScheduler } from "../../sim/scheduler/segments.ts";
import {
  type Course,
  course,
  settingFrom,
  type Workload,
  withStepLeftOut,
  withTurnsSwapped,
  workload,
} from "../arbitraries/index.ts";

/** More than any run of these sizes needs: whoever takes so many goes round in circles. */
const mostSteps = 2_000;

const run = (protocol: Protocol, work: Workload, { faults, segments }: Course) => {
  const setting = settingFrom(protocol, work, faults);
  const report = simulate(setting, properties, new SegmentScheduler(segments), mostSteps);
  return { ...report, broken: report.properties.find(({ verdict }) => verdict === "violated") };
};

/** A property is broken: there is a schedule to show. */
class Broken extends Error {}

const keeps = (protocol: Protocol) => (work: Workload, how: Course) => {
  const { complete, broken } = run(protocol, work, how);
  if (broken !== undefined) throw new Broken(`${broken.id} ${broken.name}: ${broken.because}`);
  if (!complete) throw new Error(`it still goes on after ${mostSteps} steps`);
};

/** The run that fast-check has found, made small, as a file. */
const scheduleFor = (protocol: Protocol, [work, how]: [Workload, Course]): string => {
  const { setting, steps, broken } = run(protocol, work, how);
  const property = properties.find(({ id }) => id === broken?.id);
  const small = property && shrink(setting, property, steps.slice(0, broken?.at), 10_000);
  const title = { property: `${broken?.id} ${broken?.name}`, because: small?.because ?? "" };
  return printSchedule(scheduleOf(setting, small?.steps ?? steps, small ? title : undefined));
};

/** Says how to have a failure again, and what it is, as text that can be pasted into a file for `papaya replay`. */
const tell = (protocol: Protocol) => (details: fc.RunDetails<[Workload, Course]>) => {
  if (!details.failed) return;
  const { seed, counterexamplePath: path, counterexample, errorInstance } = details;
  const isBroken = errorInstance instanceof Broken && counterexample !== null;
  const lines = [
    `${protocol.id}: ${(errorInstance as Error | null)?.message ?? "no run was possible"}`,
    `again with { seed: ${seed}, path: "${path}" }`,
    ...(isBroken ? ["below, a file for papaya replay:", scheduleFor(protocol, counterexample)] : []),
  ];
  throw new Error(lines.join("\n"), { cause: errorInstance });
};

describe("papaya keeps every property", () => {
  const parameters = { seed: 1, numRuns: 250, reporter: tell(papaya) };
  test.prop([workload, course([])], parameters)("under any workload and schedule", keeps(papaya));
  test.prop([workload, course()], parameters)("under any faults besides", keeps(papaya));
});

const named = (id: string): Protocol => protocols.find((one) => one.id === id) ?? papaya;

it.each([
  ["signal-before-append", "P6"],
  ["no-lock", "P3"],
  ["raw-append", "P2"],
  ["history-under-lock", "P14"],
])("%s is found out to break %s", (id, broken) => {
  const isKept = (work: Workload, how: Course) =>
    run(named(id), work, how).properties.every((one) => one.id !== broken || one.verdict !== "violated");
  const sought = { seed: 1, numRuns: 200, endOnFailure: true };
  expect(fc.check(fc.property(workload, course(), isKept), sought).failed).toBe(true);
});

describe("a failure is told", () => {
  const protocol = named("inherited-description");
  const messageOf = (parameters: { seed: number; path?: string }): string => {
    const told = { numRuns: 200, ...parameters, reporter: tell(protocol) };
    try {
      fc.assert(fc.property(workload, course(), keeps(protocol)), told);
    } catch (error) {
      return (error as Error).message;
    }
    return "";
  };
  let message = "";
  beforeAll(() => {
    message = messageOf({ seed: 2 });
  }, 60_000);
  const schedule = () => parseSchedule(message.slice(message.indexOf("papaya schedule")));

  /** Whether steps fit to the letter, and break what the schedule was made for. */
  const breaks = (steps: readonly Action[]): boolean => {
    const broken = properties.filter(({ id: one, name }) => schedule().property === `${one} ${name}`);
    const report = replay(settingFor(schedule(), protocol), broken, steps);
    return report.stale === null && report.properties.some(({ verdict }) => verdict === "violated");
  };

  it("in words that can be pasted into a file and replayed to the same break", () =>
    expect(breaks(schedule().steps)).toBe(true));

  it("with a seed and a path that lead straight to the same words", () => {
    const [, seed, path] = /seed: (-?\d+), path: "([\d:]+)"/.exec(message) ?? [];
    expect(messageOf({ seed: Number(seed), path: path ?? "" })).toBe(message);
  });

  it("with a schedule of which no step can be left out", () =>
    expect(withStepLeftOut(schedule().steps).filter(breaks)).toEqual([]));

  it("with a schedule in which no two turns can change places to save a switch", () =>
    expect(withTurnsSwapped(schedule().steps).filter(breaks)).toEqual([]));
});

it("a failing schedule shrinks in its turns first, and then in its steps", () => {
  const stepsIn = ({ segments }: Course) => segments.reduce((sum, { steps }) => sum + steps, 0);
  for (const seed of [1, 2, 3, 4, 5, 6, 7, 8]) {
    const short = fc.property(course([]), (how) => stepsIn(how) < 12);
    const { failures, counterexample } = fc.check(short, { seed, verbose: 1 });
    const turns = failures.map(([{ segments }]) => segments.length);
    const settled = turns.indexOf(turns.at(-1) ?? 0);
    expect(turns).toEqual(
      [...new Set(turns.slice(0, settled))].sort((a, b) => b - a).concat(turns.slice(settled)),
    );
    expect(counterexample?.map(stepsIn)).toEqual([12]);
  }
});

describe("the workloads have", () => {
  const works = fc.sample(workload, { seed: 1, numRuns: 200 });
  const clients = works.flatMap((work) => work.clients.map((client) => ({ ...client, sizes: work.sizes })));
  const crowds = works.map((work) => work.clients.filter(({ stranger }) => !stranger).length);
  const refusals = clients.flatMap(({ lines, sizes }) =>
    lines.map((line) => refusalOf(line, sizes.lineLimit)),
  );
  const plans = fc.sample(course(), { seed: 1, numRuns: 100 }).map(({ faults }) => faults);
  const starts = clients.flatMap(({ segments }) => segments.slice(1));

  it.each([
    ["one client, and several", [1, 4].every((n) => crowds.includes(n))],
    [
      "lines of several clients, and none",
      [0, 3].every((n) => clients.some(({ lines }) => lines.length === n)),
    ],
    [
      "token and first line in one segment",
      clients.some(({ segments, token }) => segments[0] !== undefined && segments[0].length > token.length),
    ],
    [
      "a token in several segments",
      clients.some(({ segments, token }) => (segments[0] ?? token).length < token.length),
    ],
    ["a character cut in two", starts.some((start) => /^[\x80-\xbf]/.test(start))],
    [
      "a segment of more than 4096 bytes",
      clients.some(({ segments }) => segments.some(({ length }) => length > 4096)),
    ],
    [
      "a line that never ends",
      clients.some(({ segments, lines }) => lines.length > 0 && !segments.at(-1)?.endsWith("\n")),
    ],
    ["a stranger with lines", clients.some(({ stranger, lines }) => stranger && lines.length > 0)],
    [
      "a stranger that says nothing",
      clients.some(({ stranger, segments }) => stranger && segments.length === 0),
    ],
    [
      "lines of every kind that is refused",
      [notices.tooLong, notices.controlBytes, notices.reserved].every((notice) => refusals.includes(notice)),
    ],
    [
      "somebody who leaves and comes back",
      plans.some((faults) => "disconnect" in faults && "return" in faults),
    ],
    ["lines in the log before anybody comes", works.some(({ stored }) => stored > 0)],
  ])("%s", (_, seen) => expect(seen).toBe(true));
});
