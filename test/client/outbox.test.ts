import { test as property } from "@fast-check/vitest";
import fc from "fast-check";
import { describe, expect } from "vitest";
import {
  addLine,
  cutOff,
  emptyOutbox,
  isSettled,
  type Outbox,
  sendAll,
  takeRefusal,
  takeReturn,
} from "../../real/client/outbox.ts";

type Deed =
  | { readonly do: "add" | "return"; readonly line: string }
  | { readonly do: "send" | "cut" | "refuse" };

const line = fc.constantFrom("a", "b", "c");
const deeds = fc.array(
  fc.oneof(
    fc.record({ do: fc.constantFrom("add" as const, "return" as const), line }),
    fc.record({ do: fc.constantFrom("send" as const, "cut" as const, "refuse" as const) }),
  ),
  { maxLength: 30 },
);

/** Where every own line has gone to. */
interface Ledger {
  readonly outbox: Outbox;
  readonly added: string[];
  readonly gone: string[];
}

const follow = (all: readonly Deed[]): Ledger => {
  let outbox = emptyOutbox;
  const added: string[] = [];
  const gone: string[] = [];
  for (const deed of all) {
    if (deed.do === "add") {
      added.push(deed.line);
      outbox = addLine(outbox, deed.line);
    } else if (deed.do === "return") {
      const returned = takeReturn(outbox, deed.line);
      gone.push(...returned.overtaken, ...(returned.own ? [deed.line] : []));
      outbox = returned.outbox;
    } else if (deed.do === "cut") {
      const cut = cutOff(outbox);
      gone.push(...cut.refused);
      outbox = cut.outbox;
    } else outbox = deed.do === "send" ? sendAll(outbox) : takeRefusal(outbox);
  }
  return { outbox, added, gone };
};

describe("own lines", () => {
  property.prop([deeds])("are each in one place: come back, refused, in doubt, waiting or unsent", (all) => {
    const { outbox, added, gone } = follow(all);
    const everywhere = [...gone, ...outbox.doubtful, ...outbox.waiting, ...outbox.unsent];
    expect(everywhere.sort()).toEqual(added.sort());
  });

  property.prop([fc.array(line, { maxLength: 10 }), fc.infiniteStream(fc.boolean())])(
    "that a server stores come back, and those before one that comes back are refused, nothing else",
    (lines, choices) => {
      const stored = lines.map((text, at) => ({
        text: `${text}${at}`,
        isStored: choices.next().value as boolean,
      }));
      let outbox = sendAll(stored.reduce((box, { text }) => addLine(box, text), emptyOutbox));
      const refused: string[] = [];
      for (const { text } of stored.filter(({ isStored }) => isStored)) {
        const returned = takeReturn(outbox, text);
        expect(returned.own).toBe(true);
        refused.push(...returned.overtaken);
        outbox = returned.outbox;
      }
      const last = stored.findLastIndex(({ isStored }) => isStored);
      expect(refused).toEqual(
        stored.slice(0, last + 1).flatMap(({ text, isStored }) => (isStored ? [] : [text])),
      );
      expect(outbox.waiting).toEqual(stored.slice(last + 1).map(({ text }) => text));
      for (const _ of outbox.waiting) outbox = takeRefusal(outbox);
      expect(isSettled(outbox)).toBe(true);
      expect(cutOff(outbox).doubtful).toEqual([]);
    },
  );

  property.prop([deeds])("of a connection that was cut are never sent again", (all) => {
    const { outbox } = follow([...all, { do: "send" }, { do: "cut" }]);
    expect(sendAll(outbox).waiting).toEqual([]);
  });
});
