/**
 * Small programs over two to four processes, with a course that their run takes. They are well-formed by construction: a
 * process uses what it has, and signals whom it knows. What is left out, and why, is in `excluded.ts`.
 */
import fc from "fast-check";
import {
  type Action,
  type Budget,
  fork,
  type Program,
  type Protocol,
  protocolOf,
  settingOf,
  spawn,
  type Template,
} from "../../model/index.ts";
import { type Segment, SegmentScheduler } from "../../sim/scheduler/segments.ts";
import { Simulation } from "../../sim/simulation.ts";
import type { Transition } from "../../sim/transition.ts";
import { isForcible } from "./excluded.ts";
import {
  blockable,
  childPlace,
  descriptorsOf,
  type Mood,
  type Place,
  placeAfter,
  startPlace,
} from "./place.ts";
import type { Wish } from "./wish.ts";
import { opening, themes } from "./wishes.ts";

/** How a process comes to be: at the start, or at some place of an earlier one's script. */
const birth = fc.record({
  how: fc.constantFrom("spawn", "spawn", "spawn", "fork", "start"),
  parent: fc.nat(2),
  at: fc.nat(5),
  /** Which of its parent's descriptors it gets: one bit for each. */
  shares: fc.nat(7),
  /** Whether it gets one of them under a second name. */
  twice: fc.boolean(),
  lifeline: fc.nat(2).map((one) => one > 0),
  ownGroup: fc.boolean(),
  block: fc.subarray([...blockable], { maxLength: 1 }),
});
type Birth = typeof birth extends fc.Arbitrary<infer T> ? T : never;

const memberOf = (wish: fc.Arbitrary<Wish>) =>
  fc
    .record({ birth, first: opening, rest: fc.array(wish, { minLength: 1, maxLength: 6, size: "max" }) })
    .map(({ birth: born, first, rest }) => ({ birth: born, wishes: [...first, ...rest] }));
type Member = ReturnType<typeof memberOf> extends fc.Arbitrary<infer T> ? T : never;

const membersOf = ({ first, others }: (typeof themes)[number]): fc.Arbitrary<Member[]> =>
  fc
    .tuple(memberOf(first), fc.array(memberOf(others), { minLength: 1, maxLength: 3, size: "max" }))
    .map(([founder, rest]) => [founder, ...rest]);

const roles = ["A", "B", "C", "D"] as const;

const bearing =
  (role: string, { how, shares, twice, lifeline, ownGroup, block }: Birth): Wish =>
  (place, { stops }) => {
    const held = Object.keys(place.descriptors);
    if (how === "fork") return fork(role);
    const shared = held.filter((_, at) => (shares & (1 << at)) !== 0);
    const [first] = descriptorsOf(place, ({ kind }) => kind === "file").filter((fd) => shared.includes(fd));
    const descriptors = Object.fromEntries([
      ...shared.map((fd) => [fd, fd] as const),
      ...(twice && first !== undefined && !("copy" in place.descriptors) ? [["copy", first] as const] : []),
    ]);
    const line = lifeline ? { lifeline: `line${role}` } : {};
    return spawn(role, { descriptors, ...line, group: ownGroup && !stops ? "own" : "inherit", block });
  };

interface Written {
  readonly calls: readonly Template[];
  readonly births: ReadonlyMap<string, Place>;
}

/** Writes a script down from its start on: wishes that make no sense are passed over, and exit is the end. */
const write = (start: Place, wishes: readonly Wish[], mood: Mood): Written => {
  let place = start;
  const calls: Template[] = [];
  const births = new Map<string, Place>();
  for (const [at, wanted] of wishes.entries()) {
    const call = wanted(place, mood);
    if (call === null || (call.call === "exit" && at < wishes.length - 1)) continue;
    if (call.call === "spawn" || call.call === "fork") births.set(String(call.role), childPlace(place, call));
    calls.push(call);
    place = placeAfter(place, call);
  }
  return { calls, births };
};

interface Draft extends Mood {
  readonly stored: number;
  readonly members: readonly Member[];
}

const programOf = ({ stored, members, ...mood }: Draft): Omit<Program, "faults"> => {
  const family = members.map(({ birth: born, wishes }, at) => ({ born, wishes, role: roles[at] ?? "A", at }));
  const isThere = ({ at, born }: (typeof family)[number]) => at === 0 || born.how === "start";
  const start = family.filter(isThere).map(({ role }) => role);
  const places = new Map(start.map((role) => [role as string, startPlace(role, start)]));
  const processes: Record<string, readonly Template[]> = {};
  for (const { role, wishes, at } of family) {
    const children = family.filter((one) => !isThere(one) && one.born.parent % one.at === at);
    const all = [...wishes];
    for (const { role: child, born } of children)
      all.splice(born.at % (all.length + 1), 0, bearing(child, born));
    const { calls, births } = write(places.get(role) ?? startPlace(role, start), all, mood);
    for (const [child, place] of births) places.set(child, place);
    processes[role] = calls;
  }
  return { processes, start, stored, tornWrites: false };
};

const turn = fc.record({
  who: fc.nat(3),
  steps: fc.integer({ min: 1, max: 5 }),
  outcome: fc.constantFrom(1, 0),
  strike: fc.oneof(
    { weight: 11, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: fc.constantFrom("cont", "stop", "stop", "crash") },
  ),
});
type Turn = typeof turn extends fc.Arbitrary<infer T> ? T : never;

const segmentOf = ({ strike, ...rest }: Turn, { stops }: Mood): Segment =>
  strike === null || (strike !== "crash" && !stops) ? rest : { ...rest, fault: strike };

/** A program, and whose turn it is when. */
export interface Course {
  readonly program: Program;
  readonly segments: readonly Segment[];
}

const budgetOf = (segments: readonly Segment[]): Budget => {
  const faults = segments.flatMap(({ fault }) => fault ?? []);
  return Object.fromEntries(
    [...new Set(faults)].map((fault) => [fault, faults.filter((one) => one === fault).length]),
  );
};

const catchesOnce = ({ program }: Course): boolean =>
  Object.values(program.processes)
    .flat()
    .some((call) => call.call === "sigaction" && (call.disposition as { once?: boolean }).once === true);

/** Shrinks towards fewer processes, fewer calls and fewer switches. */
export const course: fc.Arbitrary<Course> = fc
  .noBias(
    fc.record({
      draft: fc.record({
        stops: fc.boolean(),
        stored: fc.nat(2),
        members: fc.oneof(...themes.map(membersOf)),
      }),
      turns: fc.array(turn, { maxLength: 14, size: "max" }),
    }),
  )
  .map(({ draft, turns }) => {
    const segments = turns.map((one) => segmentOf(one, draft));
    return { program: { ...programOf(draft), faults: budgetOf(segments) }, segments };
  })
  .filter((one) => !catchesOnce(one) || isForcible(runOf(one)));

/** Objects of the simulated kernel that are to be other machines than usual. */
export type Planted = Partial<Pick<Protocol, "lock" | "signal">>;

export const settingOfProgram = (program: Program, planted: Planted = {}) =>
  settingOf({ ...protocolOf(program, "generated"), ...planted });

/** No program that is drawn runs longer. */
export const mostSteps = 60;

/** The run that a program takes on this course: every step with what it told and changed. */
export const runOf = ({ program, segments }: Course, planted: Planted = {}): readonly Transition[] => {
  const simulation = new Simulation(settingOfProgram(program, planted));
  const scheduler = new SegmentScheduler(segments);
  const run: Transition[] = [];
  while (run.length < mostSteps) {
    const next = scheduler.next(simulation);
    if (next === null) break;
    simulation.take(next);
    run.push(next);
  }
  return run;
};

/** The same as a schedule. */
export const scheduleOfProgram = (program: Program, segments: readonly Segment[]): readonly Action[] =>
  runOf({ program, segments }).map(({ action }) => action);
