import { describe, expect, it } from "vitest";
import {
  type Bounds,
  defaultBounds,
  defineProtocol,
  exit,
  type Fairness,
  type ProcessName,
  type Protocol,
  parseSchedule,
  printSchedule,
  type Setting,
  script,
  settingFor,
  settingOf,
  spawn,
  waitpid,
} from "../../../model/index.ts";
import { papaya, protocols } from "../../../model/protocols/index.ts";
import { writerProgress } from "../../../properties/progress.ts";
import { checkLiveness, followLasso } from "../../../sim/index.ts";
import { Simulation } from "../../../sim/simulation.ts";

const endless = (protocol: Protocol, clients: number, visitors: number, more: Partial<Bounds> = {}) =>
  settingOf(protocol, { ...defaultBounds, messages: 0, endless: true, clients, visitors, ...more });

describe("a run that starves a writer", () => {
  const setting = endless(papaya, 1, 2);
  const find = (fairness: Fairness) => checkLiveness(setting, [writerProgress], fairness).properties[0]!;

  it("is two readers that overlap for ever, under strong-lock fairness", () => {
    const { schedule, lasso } = find("strong-lock");
    const locks = schedule?.loop?.filter(({ call }) => call === "flock(log, SH)");
    expect(locks?.map(({ process }) => process)).toEqual(["SEND[3]", "SEND[2]"]);
    expect(lasso?.parts.some(({ process }) => process === "RECV[1]")).toBe(false); // it can do nothing, ever
  });

  it("is a schedule file that can be read again and followed", () => {
    const { schedule } = find("strong-lock");
    const read = parseSchedule(printSchedule(schedule!));
    expect(read.loop).toEqual(schedule?.loop);
    const follow = followLasso(
      settingFor(read, papaya),
      writerProgress,
      "strong-lock",
      read.steps,
      read.loop ?? [],
    );
    expect(follow).toMatchObject({ stale: null, closes: true, isBroken: true, who: ["RECV[1]"] });
  });

  it("is none any more without one of its steps, or where it does not go all the way round", () => {
    const { steps = [], loop = [] } = find("strong-lock").schedule ?? {};
    const follow = (some: typeof loop) => followLasso(setting, writerProgress, "strong-lock", steps, some);
    expect(follow(loop.slice(0, -1))).toMatchObject({ stale: null, closes: false, isBroken: false });
    expect(follow(loop.toSpliced(1, 1)).isBroken).toBe(false);
    expect(follow([])).toMatchObject({ closes: false, isBroken: false });
  });

  it("under no fairness is not fair under the others, and that is said", () => {
    const { steps = [], loop = [] } = find("none").schedule ?? {};
    const { isBroken, unfair } = followLasso(setting, writerProgress, "strong-lock", steps, loop);
    expect(isBroken).toBe(false);
    expect(unfair.length).toBeGreaterThan(0);
  });
});

describe("the endless environment", () => {
  it("has room for so many lines, and the search of it ends all the same", () => {
    const report = checkLiveness(endless(papaya, 1, 0, { messages: 2 }), [writerProgress], "weak");
    expect(report).toMatchObject({ verdict: "holds", quiescent: 0, queue: 0 });
    expect(report.states).toBeGreaterThan(
      checkLiveness(endless(papaya, 1, 0), [writerProgress], "weak").states,
    );
  });

  it("gives a name again only when nothing says it any more", () => {
    const protocol = defineProtocol({
      id: "names",
      says: "",
      machines: {
        P: script(...Array.from({ length: 3 }, () => [spawn("Q"), waitpid()]).flat()),
        Q: script(spawn("R"), exit()),
        R: script(exit()),
      },
      start: [{ role: "P", group: "P", session: "P" }],
      bounds: { clients: 0 },
    });
    const plain = settingOf(protocol);
    const setting: Setting = { ...plain, bounds: { ...plain.bounds, endless: true } };
    const simulation = new Simulation(setting);
    const take = (process: string): string => {
      const [transition] = simulation.callsOf(process as ProcessName);
      simulation.take(transition!);
      return transition!.action.outcome;
    };
    expect([take("P"), take("Q"), take("Q"), take("P")]).toEqual(["Q", "R", "", "Q"]);
    // R is a child of the first Q still, though that one has been reaped.
    expect([take("P"), take("Q[2]"), take("Q[2]"), take("P")]).toEqual(["Q[2]", "R[2]", "", "Q[2]"]);
    expect([take("R"), take("P")]).toEqual(["", "Q"]);
  });

  it("is refused where a visitor could not do what RECV does", () => {
    const published = protocols.find(({ id }) => id === "published");
    expect(() => endless(published!, 1, 1)).toThrow(/published cannot be put into an endless environment/);
  });
});
