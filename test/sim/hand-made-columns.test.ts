/** Protocols made by hand to break the reduction that leaves out orders, on account of several columns at once: each of them once did. */
import { describe, it } from "vitest";
import {
  fstat,
  kill,
  lseek,
  type Observer,
  pread,
  sigsuspend,
  spawn,
  type TraceEvent,
} from "../../model/index.ts";
import { always, blockedUsr1, expectSameAtAny, machine, once, returns, settingWith } from "./hand-made.ts";

describe("what is tried one column at a time", () => {
  it("two columns of one side, each changed by another step", () => {
    const setting = settingWith(
      {
        P: machine({
          wake: [kill("Q", "SIGUSR1"), { "*": "look" }],
          look: [fstat("log"), { "*": "end" }],
        }),
        Q: machine({
          wait: [sigsuspend("SIGUSR1"), { "*": "one" }],
          one: [lseek("log", 0, "SET"), { "*": "two" }],
          two: [pread("log", 1, 0), { "*": "end" }],
        }),
      },
      [{}, { signals: blockedUsr1 }],
    );
    const [one, two] = [once("Q", "lseek"), once("Q", "pread")];
    const property = always([one, two], (event, seen) => {
      if (!returns(event, "P", "fstat")) return null;
      const both = [seen.get(one), seen.get(two)];
      return both.every((state) => state === 1) ? "both" : null;
    });
    expectSameAtAny(8, setting, [property]);
  });

  it("two columns of somebody's step, each changed at once by another process", () => {
    const setting = settingWith(
      {
        P: machine({
          wake: [kill("Q", "SIGUSR1"), { "*": "mark" }],
          mark: [lseek("log", 0, "SET"), { "*": "end" }],
        }),
        R: machine({
          wake: [kill("Q", "SIGUSR1"), { "*": "mark" }],
          mark: [pread("log", 1, 0), { "*": "end" }],
        }),
        Q: machine({
          wait: [sigsuspend("SIGUSR1"), { "*": "again" }],
          again: [sigsuspend("SIGUSR1"), { "*": "look" }],
          look: [fstat("log"), { "*": "end" }],
        }),
      },
      [{}, {}, { signals: blockedUsr1 }],
    );
    const [one, two] = [once("P", "lseek"), once("R", "pread")];
    const property = always([one, two], (event, seen) => {
      if (!returns(event, "Q", "fstat")) return null;
      const both = [seen.get(one), seen.get(two)];
      return both.every((state) => state === 0) ? "neither" : null;
    });
    expectSameAtAny(8, setting, [property]);
  });

  it("a column that the process only looks at, and that another one changes at once before others are seen", () => {
    const setting = settingWith(
      {
        P: machine({
          wake: [kill("X", "SIGUSR1"), { "*": "look" }],
          look: [fstat("log"), { "*": "end" }],
        }),
        X: machine({
          wait: [sigsuspend("SIGUSR1"), { "*": "spawn" }],
          spawn: [spawn("C", { descriptors: { log: "log" } }), { "*": "end" }],
        }),
        Q: machine({
          wait: [sigsuspend("SIGUSR1"), { "*": "change" }],
          change: [pread("log", 1, 0), { "*": "end" }],
        }),
        C: machine({
          wake: [kill("Q", "SIGUSR1"), { "*": "mark" }],
          mark: [lseek("log", 0, "SET"), { "*": "end" }],
        }),
      },
      [{}, { signals: blockedUsr1 }, { signals: blockedUsr1 }],
      {
        start: ["P", "X", "Q"].map((role) => ({
          ...{ role, group: role.toLowerCase(), session: "made" },
          holds: { log: { file: "log", append: false } },
          ...(role === "P" ? {} : { signals: blockedUsr1 }),
        })),
      },
    );
    const isMark = (event: TraceEvent) =>
      event.type === "return" && event.process.startsWith("C") && event.request.call === "lseek";
    const seen: Observer<number> = {
      id: "seen",
      initial: () => 0,
      keyOf: (event) => (isMark(event) || returns(event, "Q", "pread") ? "" : null),
      after: (state, event) => ({ 0: isMark(event) ? 1 : 5, 1: 3, 5: 3 })[state] ?? state,
    };
    const property = always([seen], (event, of) =>
      returns(event, "P", "fstat") && of.get(seen) === 5 ? "five" : null,
    );
    expectSameAtAny(8, setting, [property]);
  });
});
