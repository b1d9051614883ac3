import { test as property } from "@fast-check/vitest";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { notices } from "../../model/index.ts";
import { Conversation, type Told } from "../../real/client/conversation.ts";

const lines = (told: readonly Told[]): string =>
  told.map((one) => (one.type === "line" ? one.line : "")).join("");
const types = (told: readonly Told[]): string[] => told.map(({ type }) => type);

/** Bytes in pieces, cut anywhere. */
const inPieces = (bytes: string, cuts: readonly number[]): string[] => {
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return places.slice(1).map((to, at) => bytes.slice(places[at], to));
};

const log = fc.array(fc.constantFrom("ana: a\n", "bob: b\n"), { maxLength: 8 });
const cuts = fc.array(fc.nat(), { maxLength: 4 });

describe("a conversation", () => {
  property.prop([log, fc.array(fc.tuple(fc.nat({ max: 80 }), cuts), { maxLength: 5 }), cuts])(
    "shows the log once, wherever connections are cut and however their bytes come",
    (all, broken, pieces) => {
      const conversation = new Conversation();
      const whole = all.join("");
      let shown = "";
      for (const [length, at] of [...broken, [whole.length, pieces] as const]) {
        conversation.connect();
        // A notice stands between whole lines, and in no history.
        for (const piece of inPieces(`${notices.diskFull}${whole.slice(0, length)}`, at))
          shown += lines(conversation.hear(piece));
        conversation.cut();
      }
      expect(shown).toBe(whole);
    },
  );

  it("knows an own line when it comes back, also over another connection", () => {
    const conversation = new Conversation();
    conversation.connect();
    conversation.add("ana: 1\n");
    conversation.add("ana: 2\n");
    expect(conversation.release()).toBe("ana: 1\nana: 2\n");
    expect(conversation.hear("bob: x\nana: 1\n")).toEqual([
      { type: "line", line: "bob: x\n", own: false },
      { type: "line", line: "ana: 1\n", own: true },
    ]);
    expect(conversation.cut()).toEqual([{ type: "doubtful", line: "ana: 2\n" }]);
    expect(conversation.lost).toBe(1);
    conversation.connect();
    expect(conversation.release()).toBe("");
    expect(conversation.hear("bob: x\nana: 1\nana: 2\n")).toEqual([
      { type: "line", line: "ana: 2\n", own: true },
    ]);
    expect(conversation.lost).toBe(0);
  });

  it("knows which own lines a notice must have meant", () => {
    const conversation = new Conversation();
    conversation.connect();
    for (const line of ["ana: long\n", "ana: ok\n", "ana: longer\n"]) conversation.add(line);
    conversation.release();
    expect(types(conversation.hear(notices.tooLong))).toEqual(["notice"]);
    expect(conversation.isSettled).toBe(false);
    expect(types(conversation.hear("ana: ok\n"))).toEqual(["refused", "line"]);
    expect(conversation.isSettled).toBe(false);
    conversation.hear(notices.tooLong);
    expect(conversation.isSettled).toBe(true);
    expect(types(conversation.end())).toEqual(["refused"]);
    expect(conversation.lost).toBe(2);
  });

  it("does not send what could not be sent after all", () => {
    const conversation = new Conversation();
    conversation.add("ana: 1\n");
    expect(conversation.end()).toEqual([{ type: "unsent", line: "ana: 1\n" }]);
    expect(conversation.lost).toBe(1);
  });

  it("does not listen for ever to a line that does not end", () => {
    const conversation = new Conversation();
    conversation.connect();
    expect(() => conversation.hear("x".repeat(2 ** 21))).toThrow("no lines");
  });
});
