import { describe, expect, it } from "vitest";
import { type Bounds, defaultBounds, type Parameters, type Setting, settingOf } from "../../model/index.ts";
import { papaya } from "../../model/protocols/index.ts";
import { properties } from "../../properties/index.ts";
import { comesToRest, writerProgress } from "../../properties/progress.ts";
import { check, checkLiveness } from "../../sim/index.ts";

type Sizes = Pick<Parameters, "readSize"> & Partial<Parameters>;
/** States, transitions, depth. */
type Figures = readonly [states: number, transitions: number, depth: number];

const settingFor = (sizes: Sizes, bounds: Partial<Bounds>): Setting =>
  settingOf({ ...papaya, parameters: { ...papaya.parameters, ...sizes } }, { ...defaultBounds, ...bounds });

/** The length of every line of these clients and of those stored, its `\n` included. */
const line = 3;

const waiting: Partial<Bounds> = { clients: 1, messages: 3, stored: 2 };
/** Half a line stands at the end of the log. */
const killed: Partial<Bounds> = { clients: 1, messages: 2, faults: { crash: 1, "short-write": 1 } };
/** A notice comes while SEND waits for room and has not come to the end of the log. */
const noticed: Partial<Bounds> = { clients: 1, stored: 2, faults: { "disk-full": 1 } };

const proofs: readonly (readonly [Sizes, Partial<Bounds>, Figures])[] = [
  [{ readSize: 1 }, waiting, [9_360, 27_503, 96]],
  [{ readSize: 2 }, waiting, [9_538, 27_576, 83]],
  [{ readSize: 3 }, waiting, [4_860, 13_677, 74]],
  [{ readSize: 4 }, waiting, [8_736, 24_911, 74]],
  [{ readSize: 4 }, {}, [82_995, 293_852, 78]],
  [{ readSize: 4 }, killed, [17_776, 53_625, 57]],
  [{ readSize: 4, socketBuffer: 2 }, noticed, [4_190, 8_461, 181]],
];

describe("papaya is proved where there is more in the log than a read takes, and the search is exactly as large as it was", () => {
  for (const [sizes, bounds, [states, transitions, depth]] of proofs) {
    const setting = settingFor(sizes, bounds);

    describe(JSON.stringify({ ...sizes, ...bounds }), () => {
      it("nothing breaks; under one lock SEND reads again only where a line is longer than a read", () => {
        const report = check(setting, properties);
        expect(report).toMatchObject({ verdict: "holds", states, transitions, depth });
        expect(report.unreached).not.toContain("SEND.deliverLines: ok → lockLog");
        expect(report.unreached.includes("SEND.readLog: data → readLog")).toBe(sizes.readSize >= line);
      });

      it("no run goes on for ever", () =>
        expect(checkLiveness(setting, [comesToRest], "none")).toMatchObject({ verdict: "holds", cyclic: 0 }));
    });
  }

  it("a writer gets its lock, among readers that take it again and again", () => {
    const endless = { clients: 1, messages: 1, visitors: 1, endless: true };
    const report = checkLiveness(settingFor({ readSize: 3 }, endless), [writerProgress], "strong-lock");
    expect(report).toMatchObject({ verdict: "holds", states: 147_947, transitions: 409_823, cyclic: 62_777 });
  });
});
