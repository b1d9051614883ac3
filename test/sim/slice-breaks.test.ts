/** Protocols made by hand to break what is left out of states: each of them once did. */
import { describe, expect, it } from "vitest";
import { assign } from "xstate";
import {
  close,
  fstat,
  kill,
  lseek,
  type Property,
  pread,
  read,
  type Setting,
  sigprocmask,
  sigsuspend,
  spawn,
  type Template,
  type TraceEvent,
  the,
  write,
} from "../../model/index.ts";
import { check, type Reductions } from "../../sim/index.ts";
import { verdictsOf } from "./comparison.ts";
import { always, blockedUsr1, machine, once, pads, returns, settingWith } from "./hand-made.ts";

type Event = { readonly event: { readonly bytes: string } };

const data: Reductions = { symmetry: false, order: false, data: true };

const expectSame = (setting: Setting, properties: readonly Property[], reductions = data) => {
  const expected = check(setting, properties);
  const found = check(setting, properties, { reductions });
  expect(verdictsOf(found)).toEqual(verdictsOf(expected));
  return { expected, found };
};

const noting = (key: string) => assign(({ event }: never) => ({ [key]: (event as Event["event"]).bytes }));

const log = { file: "log", append: true };

/** Two processes that have a line each, `a` and `b`. */
const senders = (more: object = {}) =>
  ["a", "b"].map((letter, at) => ({
    ...{ role: "A", index: `${at + 1}`, group: "as", session: "made" },
    holds: { log, socket: { socket: `${letter}\n` }, ...more },
  }));

type States = Parameters<typeof machine>[0];

/** Takes a line, appends it, and goes on. */
const appending = (next: States): ReturnType<typeof machine> =>
  machine({
    take: [read("socket", 64), { data: { target: "append", actions: noting("line") } }],
    append: [write("log", the("line")) as Template, { "*": Object.keys(next)[0] ?? "end" }],
    ...next,
  });

const others = (...roles: string[]) =>
  roles.map((role) => ({ role, group: "others", session: "made", holds: { log } }));

const settingOf = (
  next: States,
  machines: Record<string, ReturnType<typeof machine>> = {},
  more: object = {},
) =>
  settingWith({ A: appending(next), ...machines }, [], {
    start: [...senders(more), ...others(...Object.keys(machines))],
    tornWrites: false,
  });

const reading = (target: unknown): States => ({
  look: [pread("log", 2, 0), { eof: "end", data: target }],
});

describe("somebody who cannot make anything of labels", () => {
  it("a machine that handles the lines that there are, and no other", () => {
    const on = (bytes: string) => ({ guard: ({ event }: Event) => event.bytes === bytes, target: "end" });
    expectSame(settingOf(reading([on("a\n"), on("b\n")])), []);
  });

  it("a machine whose guard throws", () => {
    const known: Record<string, { readonly isFirst: boolean }> = {
      "a\n": { isFirst: true },
      "b\n": { isFirst: false },
    };
    const first = { guard: ({ event }: Event) => known[event.bytes]!.isFirst, target: "end" };
    expectSame(settingOf(reading([first, { target: "look" }])), []);
  });

  it("a machine that counts with what it reads", () => {
    const counted = assign(({ event }: never) => ({
      at: Number.parseInt((event as Event["event"]).bytes, 36),
    }));
    const setting = settingOf({
      ...reading({ target: "go", actions: counted }),
      go: [lseek("log", the("at") as never, "SET"), { "*": "end" }],
    });
    expectSame(setting, []);
  });

  it("a machine that takes the name of a descriptor from the log", () => {
    const setting = settingOf(
      {
        look: [pread("log", 1, 0), { eof: "end", data: { target: "close", actions: noting("fd") } }],
        close: [close(the("fd")), { "*": "end" }],
      },
      {},
      { a: log, b: log },
    );
    expectSame(setting, []);
  });

  it("a property that throws", () => {
    const known = new Map([
      ["a\n", { isGood: true }],
      ["b\n", { isGood: false }],
    ]);
    const property = always([], (event) => {
      if (event.type !== "return" || event.request.call !== "pread" || event.result.type !== "data")
        return null;
      return known.get(event.result.bytes)!.isGood ? null : "bad";
    });
    expectSame(settingOf(reading("end")), [property]);
  });

  it("goes astray where it is only guessed", () => {
    const on = (bytes: string) => ({ guard: ({ event }: Event) => event.bytes === bytes, target: "end" });
    const setting = settingOf({
      ...reading([on("a\n"), on("b\n"), { target: "astray" }]),
      astray: [fstat("nothing"), { "*": "end" }],
    });
    expectSame(setting, []);
  });
});

const hasRead = (event: TraceEvent, bytes: string): boolean =>
  returns(event, "O", "pread") && (event as unknown as { result: { bytes?: string } }).result.bytes === bytes;

/** Somebody looks at what stands in the log, but only before another one has done its first step. */
const seldom = (padding: number, marked = once("P", "sigprocmask")) => {
  const setting = settingWith(
    {
      A: appending({ wake: [kill("P", "SIGUSR1"), { "*": "end" }] }),
      P: machine({
        wait: [sigsuspend("SIGUSR1"), { "*": "wake" }],
        wake: [kill("O", "SIGUSR1"), { "*": "mark" }],
        mark: [sigprocmask("block", "SIGUSR2"), { "*": "end" }],
      }),
      O: machine({
        wait: [sigsuspend("SIGUSR1"), { "*": "pad0" }],
        ...pads(padding, "look"),
        ...reading("end"),
      }),
    },
    [],
    {
      start: [...senders(), ...others("P", "O").map((one) => ({ ...one, signals: blockedUsr1 }))],
      tornWrites: false,
    },
  );
  const property = always([marked], (event, seen) =>
    returns(event, "O", "pread") && seen.get(marked) === 0 && hasRead(event, "b\n") ? "unmarked" : null,
  );
  return { setting, property };
};

describe("somebody who looks only in states that are not searched", () => {
  it.each([1, 2, 4, 8])("a property that looks only before something else, %d states learnt", (learning) => {
    const { setting, property } = seldom(14);
    const { expected } = expectSame(setting, [property], { ...data, order: true, learning });
    expect(expected.verdict).toBe("violated");
  });
});

describe("characters that labels are made of", () => {
  it("an observer that uses one of them", () => {
    const marked = { ...once("P", "sigprocmask"), after: () => "\ue000" as never };
    const { setting } = seldom(1, marked);
    const property = always([marked], (event, seen) =>
      returns(event, "O", "pread") && (seen.get(marked) as never) === "\ue000" ? "marked" : null,
    );
    const { expected } = expectSame(setting, [property]);
    expect(expected.verdict).toBe("violated");
  });
});

describe("a kernel that looks at texts", () => {
  it("for names that are free, in an endless environment", () => {
    const made = settingWith(
      {
        A: appending({
          look: [pread("log", 4, 0), { eof: "end", data: { target: "spawn", actions: noting("seen") } }],
          spawn: [spawn("C"), { "*": "end" }],
        }),
        C: machine({}),
      },
      [],
      {
        start: senders().map((one) => ({ ...one, holds: { log, socket: { socket: `C[${one.index}]\n` } } })),
        tornWrites: false,
      },
    );
    const setting: Setting = { ...made, bounds: { ...made.bounds, endless: true } };
    const property = always([], (event) =>
      event.type === "return" && event.result.type === "ok" && event.result.name.includes(":")
        ? "taken"
        : null,
    );
    const { expected } = expectSame(setting, [property]);
    expect(expected.verdict).toBe("violated");
  });
});

describe("a cell that nobody reads on random ways", () => {
  /** M moves the offset that both share; O asks for it if the log has been empty for as long as it looked. */
  const shared = { log: { ...log, shared: "log" } };
  const still = Object.fromEntries(
    Array.from({ length: 14 }, (_, at) => [
      `still${at}`,
      [fstat("log"), { ok: at < 13 ? `still${at + 1}` : "look" }],
    ]),
  );
  const isEmpty = ({ event }: never) => (event as { readonly value: number }).value === 0;
  const setting = settingWith(
    {
      M: machine({
        move: [lseek("log", 2, "SET"), { "*": "wake" }],
        wake: [kill("O", "SIGUSR1"), { "*": "append" }],
        append: [write("own", "x"), { "*": "end" }],
      }),
      O: machine({
        wait: [sigsuspend("SIGUSR1"), { "*": "still0" }],
        ...still,
        look: [fstat("log"), { ok: [{ guard: isEmpty, target: "where" }, "end"] }],
        where: [lseek("log", 0, "CUR"), { "*": "end" }],
      } as never),
    },
    [],
    {
      start: [
        { role: "M", group: "ms", session: "made", holds: { ...shared, own: log } },
        { role: "O", group: "os", session: "made", holds: shared, signals: blockedUsr1 },
      ],
    },
  );
  const property = always([], (event) =>
    returns(event, "O", "lseek") && (event as unknown as { result: { value: number } }).result.value === 2
      ? "moved"
      : null,
  );

  it("is left out until it is read, and then kept", () => {
    const early = check(setting, [property], { reductions: data, maxStates: 12 });
    expect(early.leftOut.unread).toEqual(["offset/M.own", "offset/log"]);
    const { expected, found } = expectSame(setting, [property]);
    expect(expected.verdict).toBe("violated");
    expect(found.leftOut.unread).toEqual(["offset/M.own"]);
  });
});
