/** Protocols made by hand to break the reduction that leaves out orders: each of them once did. */
import { describe, expect, it } from "vitest";
import { assign, createMachine } from "xstate";
import {
  accept,
  connect,
  defaultBounds,
  flock,
  fstat,
  kill,
  listen,
  lseek,
  type Observer,
  poll,
  pread,
  read,
  sigsuspend,
  spawn,
  the,
  write,
} from "../../model/index.ts";
import { check, type Reductions } from "../../sim/index.ts";
import {
  always,
  blockedUsr1,
  expectSame,
  expectSameAtAny,
  machine,
  once,
  order,
  pads,
  returns,
  settingWith,
} from "./hand-made.ts";

const count = assign(({ context }: { context: unknown }) => ({
  at: ((context as { at?: number }).at ?? 0) + 1,
}));

describe("what is tried where more is looked at", () => {
  it("an observer's state of one's own that is looked at only before", () => {
    const setting = settingWith(
      {
        P: machine({
          wake: [kill("O", "SIGUSR1"), { "*": "mark" }],
          mark: [fstat("log"), { "*": "end" }],
        }),
        O: machine({
          wait: [sigsuspend("SIGUSR1"), { "*": "look" }],
          look: [fstat("log"), { "*": "note" }],
          note: [lseek("log", 0, "SET"), { "*": "look" }],
        }),
      },
      [{}, { signals: blockedUsr1 }],
    );
    const marked = once("P", "fstat");
    const noted = once("O", "lseek", "O");
    const property = always([marked, noted], (event, seen) =>
      returns(event, "O", "fstat") && seen.get(marked) === 0 && seen.get(noted, "O") === 1
        ? "unmarked"
        : null,
    );
    expectSame(setting, [property]);
  });

  it("a pending signal, which a poll looks at only where nothing can be read", () => {
    const setting = settingWith(
      {
        O: machine({
          listen: [listen("listener"), { "*": "accept" }],
          accept: [accept("listener", "line"), { "*": "poll" }],
          poll: [poll({ input: ["line"], unblock: ["SIGTERM"] }), { "*": "read" }],
          read: [read("line", 1), { "*": "acknowledge" }],
          acknowledge: [
            write("line", "y"),
            {
              "*": [
                { guard: ({ context }: never) => (context as { at?: number }).at === 1, target: "end" },
                { target: "poll", actions: count },
              ],
            },
          ],
        }),
      },
      [{ signals: [{ signal: "SIGTERM", disposition: { kind: "default" }, blocked: true }] }],
      {
        client: machine({
          connect: [connect("line"), { "*": "first" }],
          first: [write("line", "x"), { "*": "acknowledged" }],
          acknowledged: [read("line", 1), { "*": "kill" }],
          kill: [kill("O", "SIGTERM"), { "*": "second" }],
          second: [write("line", "x"), { "*": "end" }],
        }),
        bounds: { ...defaultBounds, clients: 1, messages: 0, stored: 0, faults: {} },
      },
    );
    expectSame(setting, [], { ...order, learning: 6 });
  });

  it("a child that is killed before anything was seen of it", () => {
    const name = assign(({ event }: { event: unknown }) => ({ child: (event as { name: string }).name }));
    const setting = settingWith(
      {
        D: machine({
          listen: [listen("listener"), { "*": "accept" }],
          accept: [accept("listener", "line"), { "*": "spawn" }],
          spawn: [spawn("C", { descriptors: { line: "line" } }), { ok: { target: "kill", actions: name } }],
          kill: [kill(the("child"), "SIGKILL"), { "*": "end" }],
        }),
        C: machine({ write: [write("line", "x"), { "*": "end" }] }),
      },
      [],
      {
        client: machine({ connect: [connect("line"), { "*": "end" }] }),
        start: [{ role: "D", group: "d", session: "made", holds: {} }],
        bounds: { ...defaultBounds, clients: 1, messages: 0, stored: 0, faults: {} },
      },
    );
    expectSameAtAny(7, setting, []);
  });

  it("the first of them, where excursions have been made, and where 16,384 states have been looked at", () => {
    const noise = machine({
      noise: [
        fstat("log"),
        {
          "*": [
            {
              guard: ({ context }: never) => ((context as { at?: number }).at ?? 0) < 8,
              target: "noise",
              actions: count,
            },
            "end",
          ],
        },
      ],
    });
    const setting = settingWith(
      {
        P: machine({
          wake: [kill("O", "SIGUSR1"), { "*": "mark" }],
          mark: [fstat("log"), { "*": "end" }],
        }),
        O: machine({
          wait: [sigsuspend("SIGUSR1"), { "*": "look" }],
          look: [fstat("log"), { "*": "pad0" }],
          ...pads(12, "note"),
          note: [pread("log", 1, 0), { "*": "look" }],
        }),
        ...{ N1: noise, N2: noise, N3: noise, N4: noise },
      },
      [{}, { signals: blockedUsr1 }],
    );
    const marked = once("P", "fstat");
    const noted = once("O", "pread", "O");
    const property = always([marked, noted], (event, seen) =>
      returns(event, "O", "fstat") && seen.get(marked) === 0 && seen.get(noted, "O") === 1
        ? "unmarked"
        : null,
    );
    const verdictWith = (reductions: Reductions) => check(setting, [property], { reductions }).verdict;
    const full = verdictWith({ symmetry: false, order: false, data: false });
    const reduced = { symmetry: false, order: true, data: false };
    expect(verdictWith(reduced)).toBe(full);
    expect(verdictWith({ ...reduced, learning: 1 << 14 })).toBe(full);
  }, 120_000);
});

describe("what is seen in the last layer", () => {
  it("somebody looks at two observers' states at once", () => {
    const setting = settingWith(
      {
        P: machine({
          wake: [kill("Q[3]", "SIGUSR1"), { "*": "one" }],
          one: [lseek("log", 0, "SET"), { "*": "two" }],
          two: [pread("log", 1, 0), { "*": "end" }],
        }),
        O: machine({
          wait: [sigsuspend("SIGUSR1"), { "*": "answer" }],
          answer: [kill("Q[3]", "SIGUSR1"), { "*": "try" }],
          try: [flock("log", "EX", { nonblock: true }), { ok: "give", "*": "try" }],
          give: [flock("log", "UN"), { "*": "try" }],
        }),
        Q: machine({
          take: [flock("log", "EX"), { "*": "hold" }],
          hold: [sigsuspend("SIGUSR1"), { "*": "give" }],
          give: [flock("log", "UN"), { "*": "wake" }],
          wake: [kill("O[2]", "SIGUSR1"), { "*": "heard" }],
          heard: [sigsuspend("SIGUSR1"), { "*": "pad0" }],
          ...pads(100, "take"),
        }),
      },
      [{ index: "1" }, { index: "2", signals: blockedUsr1 }, { index: "3", signals: blockedUsr1 }],
    );
    const [one, two] = [once("P[1]", "lseek"), once("P[1]", "pread")];
    const property = always([one, two], (event, seen) => {
      if (!returns(event, "O[2]", "flock") || (event as { result: { type: string } }).result.type === "ok")
        return null;
      const both = [seen.get(one), seen.get(two)];
      return both.every((state) => state === 0) ? "neither" : null;
    });
    expectSame(setting, [property]);
  });
});

describe("a lock of a protocol's own", () => {
  type Locked = { context: { holders: Record<string, string>; weak: boolean }; event: { by: string } };
  const isHolder = ({ context, event }: Locked) => event.by in context.holders;
  const free = { guard: isHolder, target: "free", actions: assign({ holders: {}, weak: false }) };
  const take = assign(({ event }: { event: unknown }) => ({
    holders: { [(event as Locked["event"]).by]: "EX" },
    weak: false,
  }));
  /** Whoever asks for it twice holds it only until somebody else asks. */
  const weakening = createMachine({
    id: "weakening",
    context: { holders: {}, weak: false },
    initial: "free",
    on: { cancel: {} },
    states: {
      free: { on: { exclude: { target: "exclusive", actions: take } } },
      exclusive: {
        on: {
          exclude: [
            { guard: isHolder, actions: assign({ weak: true }) },
            { guard: ({ context }: Locked) => context.weak, actions: take },
          ],
          ...{ release: free, drop: free },
        },
      },
    },
  } as never);

  it("is held in the same way, and can be taken away only later", () => {
    const setting = settingWith(
      {
        P: machine({
          take: [
            flock("log", "EX"),
            {
              "*": [
                { guard: ({ context }: never) => (context as { at?: number }).at === 2, target: "end" },
                { target: "touch", actions: count },
              ],
            },
          ],
          touch: [fstat("log"), { "*": "reset" }],
          reset: [lseek("log", 0, "SET"), { "*": "take" }],
        }),
        O: machine({
          take: [flock("log", "EX"), { "*": "look" }],
          look: [pread("log", 1, 0), { "*": "give" }],
          give: [flock("log", "UN"), { "*": "end" }],
        }),
      },
      [{ index: "1" }, { index: "2" }],
      { lock: weakening },
    );
    const touched: Observer<number> = {
      id: "touched",
      initial: () => 0,
      keyOf: (event) => (returns(event, "P[1]", "fstat") || returns(event, "P[1]", "lseek") ? "" : null),
      after: (_, event) => Number(returns(event, "P[1]", "fstat")),
    };
    const property = always([touched], (event, seen) =>
      returns(event, "O[2]", "pread") && seen.get(touched) === 1 ? "touched" : null,
    );
    expectSame(setting, [property]);
  });
});
