import { test as property } from "@fast-check/vitest";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { frameLines, notices, refusalOf, splitLines } from "../../model/index.ts";
import { Dice } from "../../real/dice.ts";
import { badLine, goodLine, inSegments, longLine } from "../../real/torture/lines.ts";
import { type Fault, planRound, type Step, strangerManners } from "../../real/torture/plan.ts";

const lineLimit = 4096;
const size = { clients: 8, lines: 12, lineLimit };
const seed = fc.nat().map(String);

const sentIn = (steps: readonly Step[]): string =>
  steps.flatMap((step) => (step.do === "send" ? step.segments : [])).join("");

describe("the plan of a campaign", () => {
  property.prop([seed, fc.integer({ min: 1, max: 50 })], { numRuns: 20 })(
    "is the same for the same seed",
    (chosen, round) => {
      expect(planRound(chosen, round, size)).toEqual(planRound(chosen, round, size));
    },
  );

  property.prop([seed], { numRuns: 20 })(
    "has no line twice, so that each can be told from all others, however it is cut off",
    (chosen) => {
      const streams = [1, 2, 3].flatMap((round) =>
        planRound(chosen, round, size).clients.map(({ steps }) => sentIn(steps)),
      );
      const lines = streams.flatMap((bytes) => splitLines(frameLines("", bytes, lineLimit).lines).lines);
      expect(new Set(lines).size).toBe(lines.length);
      expect(streams.every((bytes) => bytes === "" || bytes.endsWith("\n"))).toBe(true);
    },
  );

  it("has everything in it that a server is to stand", () => {
    const rounds = Array.from({ length: 60 }, (_, at) => planRound("1", at + 1, size));
    const faults: Fault[] = rounds.flatMap((round) => round.faults.map(({ what }) => what));
    const kinds = faults.map((fault) =>
      "victim" in fault
        ? `${fault.fault} ${fault.victim.role}`
        : "manner" in fault
          ? fault.manner
          : fault.fault,
    );
    const steps = rounds.flatMap(({ clients }) => clients.flatMap((client) => client.steps));
    expect(new Set(kinds)).toEqual(
      new Set([
        ...["RECV", "SEND", "daemon", "anchor", "supervisor"].map((role) => `kill ${role}`),
        ...["RECV", "SEND", "daemon", "anchor"].map((role) => `stop ${role}`),
        ...strangerManners,
        "disk-full",
      ]),
    );
    expect(new Set(steps.map((step) => (step.do === "leave" ? step.how : step.do)))).toEqual(
      new Set(["wait", "send", "stop-reading", "read-slowly", "end", "reset"]),
    );
    expect(faults.some((fault) => "many" in fault && fault.many > 100)).toBe(true);
    const refused = steps.flatMap((step) =>
      splitLines(sentIn([step])).lines.map((line) => refusalOf(line, lineLimit)),
    );
    expect(new Set(refused)).toEqual(
      new Set([null, notices.tooLong, notices.reserved, notices.controlBytes]),
    );
  });
});

describe("lines of a campaign", () => {
  property.prop([seed])("are stored where they are good, and refused where they are bad", (chosen) => {
    const dice = new Dice(chosen);
    const good = goodLine(dice, "c1.1.1", lineLimit);
    const bad = badLine(dice, "c1.1.2", lineLimit);
    expect(frameLines("", good + bad, lineLimit)).toMatchObject({ lines: good, rest: "" });
    expect(longLine("c1.1.1", lineLimit)).toHaveLength(lineLimit);
  });

  property.prop([seed, fc.string({ minLength: 1 }), fc.integer({ min: 1, max: 8 })])(
    "are whole again when their segments are put together",
    (chosen, bytes, pieces) => {
      const segments = inSegments(new Dice(chosen), bytes, pieces);
      expect(segments.join("")).toBe(bytes);
      expect(segments.length).toBeLessThanOrEqual(pieces);
    },
  );
});
