import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import {
  type Protocol,
  type ReturnEvent,
  roleOf,
  type Setting,
  type Stamped,
  settingOf,
} from "../../model/index.ts";
import { papaya, protocols } from "../../model/protocols/index.ts";
import { finish, RandomScheduler, replay, type Validation, validating } from "../../sim/index.ts";
import { SegmentScheduler } from "../../sim/scheduler/segments.ts";
import { course, settingFrom, workload } from "../arbitraries/index.ts";
import { intervalsOf } from "./intervals.ts";

const validate = (setting: Setting, events: readonly Stamped[], mostSteps?: number): Validation =>
  finish(validating(setting, events, mostSteps));

/** What happened must be found again, and the order that is found must be one that the world itself allows. */
const expectBehaviour = (setting: Setting, events: readonly Stamped[]): void => {
  const { verdict, steps, first, allowances } = validate(setting, events);
  expect([verdict, first?.because]).toEqual(["behaviour", undefined]);
  expect(allowances).toEqual({});
  expect(replay(setting, [], steps).stale).toBeNull();
};

const named = (id: string): Protocol => protocols.find((one) => one.id === id) ?? papaya;

describe("a simulated run whose calls and returns are drawn apart is a behaviour", () => {
  const some = { seed: 1, numRuns: 20, endOnFailure: true };
  const reach = fc.nat(40);
  test.prop([workload, course([]), reach], some)("of papaya", (work, { segments, faults }, far) => {
    const setting = settingFrom(papaya, work, faults);
    expectBehaviour(setting, intervalsOf(setting, new SegmentScheduler(segments), { seed: "1", reach: far }));
  });
  test.prop([workload, course(), reach], some)("under faults", (work, { segments, faults }, far) => {
    const setting = settingFrom(papaya, work, faults);
    expectBehaviour(setting, intervalsOf(setting, new SegmentScheduler(segments), { seed: "1", reach: far }));
  });
  it.each(protocols.map(({ id }) => id))("of %s", (id) => {
    const faults = { disconnect: 1, return: 1, "short-write": 1 };
    const setting = settingOf(named(id), { ...papaya.bounds, clients: 3, messages: 2, strangers: 1, faults });
    for (const seed of ["1", "2"]) {
      const scheduler = new RandomScheduler(setting, seed);
      expectBehaviour(setting, intervalsOf(setting, scheduler, { seed, reach: 30 }));
    }
  });
});

/** The same, with all that struck a client noted so long before it did that anything may have come between. */
const struckEarly = (events: readonly Stamped[], early: number): Stamped[] => {
  const last = new Map<string, number>();
  return events
    .map((one) => {
      const { event, at } = one;
      if (!("process" in event)) return one;
      const before = last.get(event.process) ?? 0;
      last.set(event.process, at);
      return event.type === "fault" ? { at: Math.max(before + 0.01, at - early), event } : one;
    })
    .sort((a, b) => a.at - b.at);
};

describe("when a client was cut off has to be guessed, and is found out from its connection's ends", () => {
  it.each([1, 2, 3, 4, 5, 6])("run %i", (seed) => {
    const faults = { disconnect: 3, return: 1 };
    const setting = settingOf(papaya, { ...papaya.bounds, clients: 4, messages: 4, strangers: 0, faults });
    const scheduler = new RandomScheduler(setting, String(seed));
    const drawn = intervalsOf(setting, scheduler, { seed: String(seed), reach: 20 });
    const events = struckEarly(drawn, 200_000);
    const { verdict, steps, tried } = validate(setting, events, 20 * events.length);
    expect(verdict).toBe("behaviour");
    expect(tried).toBeLessThan(5 * events.length);
    expect(replay(setting, [], steps).stale).toBeNull();
  });
});

/** A run of three clients with overlapping intervals. */
const sample = (seed: number) => {
  const setting = settingOf(papaya, { ...papaya.bounds, clients: 3, messages: 3, strangers: 1 });
  const events = intervalsOf(setting, new RandomScheduler(setting, String(seed)), {
    seed: String(seed),
    reach: 10,
  });
  return { setting, events };
};

type Returned = Stamped & { readonly event: ReturnEvent };
const returns = (events: readonly Stamped[], wanted: (event: ReturnEvent) => boolean): Returned[] =>
  events.filter((one): one is Returned => one.event.type === "return" && wanted(one.event));

const inPlaceOf = (events: readonly Stamped[], old: Stamped, ...changed: readonly Stamped[]): Stamped[] =>
  events.flatMap((one) => (one === old ? changed : [one])).sort((a, b) => a.at - b.at);

/** The call that a return belongs to. */
const callOf = (events: readonly Stamped[], { event, at }: Returned): Stamped =>
  events.findLast((one) => one.event.type === "call" && one.event.process === event.process && one.at < at) ??
  expect.fail("a return without a call");

const pick = <T>(values: readonly T[], which: number): T =>
  values[which % values.length] ?? expect.fail("nothing to choose from");

const gotBytes = ({ result }: ReturnEvent) => result.type === "data" && result.bytes.length > 1;

describe("a run that was tampered with is refused, and the place is named", () => {
  const some = { seed: 2, numRuns: 8, endOnFailure: true };
  const which = fc.nat(1_000);
  const run = fc.integer({ min: 1, max: 40 });

  test.prop([run, which, which], some)("two bytes of what somebody read are swapped", (seed, at, cut) => {
    const { setting, events } = sample(seed);
    const read = pick(
      returns(events, (event) => gotBytes(event) && event.request.call === "read"),
      at,
    );
    const { event } = read;
    const { bytes } = event.result as { bytes: string };
    const swaps = [...bytes].flatMap((byte, place) =>
      place > 0 && byte !== bytes[place - 1]
        ? [bytes.slice(0, place - 1) + byte + bytes[place - 1] + bytes.slice(place + 1)]
        : [],
    );
    if (swaps.length === 0) return;
    const result = { ...event.result, bytes: pick(swaps, cut) } as ReturnEvent["result"];
    const changed = { at: read.at, event: { ...event, result } };
    const { verdict, first } = validate(setting, inPlaceOf(events, read, changed));
    expect([verdict, first?.event, first?.at]).toEqual(["not-a-behaviour", changed.event, read.at]);
  });

  test.prop([run, which], some)("a call with its return is left out", (seed, at) => {
    const { setting, events } = sample(seed);
    const writes = returns(
      events,
      ({ request, process }) => request.call === "write" && roleOf(process) !== "client",
    );
    const write = pick(writes, at);
    const call = callOf(events, write);
    const next = events.find(
      (one) => one.at > write.at && one.event.type === "call" && one.event.process === write.event.process,
    );
    const { verdict, first } = validate(
      setting,
      events.filter((one) => one !== write && one !== call),
    );
    expect(verdict).toBe("not-a-behaviour");
    expect(first?.at).toBeGreaterThan(write.at - 30_000);
    expect(first?.at).toBeLessThanOrEqual(next?.at ?? 0);
  });

  test.prop([run, which], some)("flock says that it would block", (seed, at) => {
    const { setting, events } = sample(seed);
    const lock = pick(
      returns(events, ({ request }) => request.call === "flock"),
      at,
    );
    const changed = { at: lock.at, event: { ...lock.event, result: { type: "EWOULDBLOCK" as const } } };
    const { verdict, first } = validate(setting, inPlaceOf(events, lock, changed));
    expect([verdict, first?.event]).toEqual(["not-a-behaviour", changed.event]);
  });

  test.prop([run, which], some)("a lock is got while another one is held", (seed, at) => {
    const { setting, events } = sample(seed);
    // Somebody's exclusive lock is said to have been granted before the one before it was given up.
    const locks = returns(events, ({ request }) => request.call === "flock");
    const pairs = locks.flatMap((lock, index) => {
      const before = locks.slice(0, index).findLast(({ event }) => event.process !== lock.event.process);
      const { request } = lock.event;
      const isTaken = before?.event.request.call === "flock" && before.event.request.mode === "UN";
      if (request.call !== "flock" || request.mode !== "EX" || before === undefined || !isTaken) return [];
      const own = events.findLast(
        (one) =>
          one.at < lock.at &&
          "process" in one.event &&
          one.event.process === lock.event.process &&
          one.event !== callOf(events, lock).event,
      );
      const released = callOf(events, before).at;
      return (own?.at ?? 0) < released - 2 ? [{ lock, released }] : [];
    });
    if (pairs.length === 0) return;
    const { lock, released } = pick(pairs, at);
    const call = callOf(events, lock);
    const earlier = { at: released - 1, event: lock.event };
    const moved = inPlaceOf(inPlaceOf(events, lock, earlier), call, {
      at: Math.min(call.at, released - 2),
      event: call.event,
    });
    const { verdict, first } = validate(setting, moved);
    expect([verdict, first?.event]).toEqual(["not-a-behaviour", lock.event]);
  });

  test.prop([run, which], some)("a line is read before it is written", (seed, at) => {
    const { setting, events } = sample(seed);
    const reads = returns(events, (event) => roleOf(event.process) === "client" && gotBytes(event));
    const moves = reads.flatMap((read) => {
      const call = callOf(events, read);
      const index = read.event.process.replace("client", "SEND");
      const writes = returns(
        events,
        ({ process, request, result }) =>
          process === index && request.call === "write" && (result.type === "ok" || result.type === "short"),
      );
      const got = reads
        .filter(({ event, at: moment }) => event.process === read.event.process && moment <= read.at)
        .reduce((sum, { event }) => sum + (event.result as { bytes: string }).bytes.length, 0);
      // The write that brought the last of these bytes.
      let sent = 0;
      const write = writes.find(({ event }) => {
        sent += (event.result as { value: number }).value;
        return sent >= got;
      });
      if (write === undefined) return [];
      const written = callOf(events, write).at;
      const last = events.findLast(
        (one) => one.at < call.at && "process" in one.event && one.event.process === read.event.process,
      );
      return (last?.at ?? 0) < written - 2 ? [{ read, call, written }] : [];
    });
    if (moves.length === 0) return;
    const { read, call, written } = pick(moves, at);
    const moved = inPlaceOf(inPlaceOf(events, read, { at: written - 1, event: read.event }), call, {
      at: Math.min(call.at, written - 2),
      event: call.event,
    });
    const { verdict, first } = validate(setting, moved);
    expect([verdict, first?.event]).toEqual(["not-a-behaviour", read.event]);
  });
});

describe("what the real kernel may do beyond the model", () => {
  it("is counted: a read that takes fewer bytes than are there", () => {
    const { setting, events } = sample(1);
    const read = pick(
      returns(events, (event) => roleOf(event.process) === "client" && gotBytes(event)),
      0,
    );
    const call = callOf(events, read);
    const { bytes } = read.event.result as { bytes: string };
    const [start, end] = [bytes.slice(0, 1), bytes.slice(1)];
    const early = { ...read.event, result: { type: "data" as const, bytes: start } };
    const late = { ...read.event, result: { type: "data" as const, bytes: end } };
    const pieces = inPlaceOf(
      events,
      read,
      { at: read.at, event: early },
      { at: read.at + 0.01, event: call.event },
      { at: read.at + 0.02, event: late },
    );
    expect(validate(setting, pieces)).toMatchObject({
      verdict: "behaviour",
      allowances: { "partial-read": 1 },
    });
  });
});

describe("a search may be given up", () => {
  it("and says then that it does not know", () => {
    const { setting, events } = sample(1);
    expect(validate(setting, events, 10)).toMatchObject({ verdict: "unknown", first: null });
    const stopped = finish(validating(setting, events), () => false);
    expect(stopped.verdict).toBe("unknown");
  });
});
