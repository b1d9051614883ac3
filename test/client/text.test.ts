import { test as property } from "@fast-check/vitest";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseAddress, showAddress } from "../../real/client/address.ts";
import { delayBefore } from "../../real/client/backoff.ts";
import { encode, harmless, readable, shadeOf, speakerOf } from "../../real/client/text.ts";

const text = fc.string({ unit: "binary" });
const bytes = fc.uint8Array({ maxLength: 40 }).map((all) => Buffer.from(all).toString("latin1"));
/** What a terminal obeys: category Cc; and what changes the direction of what follows, or ends a line. */
const obeyed = /\p{Cc}|[\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;

describe("lines of others", () => {
  property.prop([bytes])(
    "have nothing in them that a terminal would obey, whatever bytes they are",
    (line) => {
      expect(readable(`${line.replaceAll("\n", "")}\n`)).not.toMatch(obeyed);
    },
  );

  property.prop([text])("stay as they are where there is nothing harmful in them", (line) => {
    const plain = line.replace(new RegExp(obeyed, "gu"), "");
    expect(readable(encode(`${plain}\n`))).toBe(plain);
  });

  property.prop([text])("keep their places: every character becomes one", (line) => {
    expect(harmless(line)).toHaveLength(line.length);
  });

  it("show what would have been obeyed", () =>
    expect(readable("eve: \x1b[2J\x07 \xc2\x9b31m\x7f\n")).toBe("eve: ␛[2J␇ �31m␡"));

  property.prop([fc.string({ minLength: 1, maxLength: 20 }).filter((name) => !name.includes(":")), text])(
    "are told whose they are",
    (name, says) => {
      expect(speakerOf(`${name}: ${says}`)).toEqual({ name, says });
    },
  );

  property.prop([text])("have one colour a name", (name) => {
    expect(shadeOf(name, 10)).toBe(shadeOf(name, 10));
    expect([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]).toContain(shadeOf(name, 10));
  });
});

describe("addresses", () => {
  property.prop([fc.oneof(fc.ipV4(), fc.ipV6(), fc.domain()), fc.integer({ min: 1, max: 65535 })])(
    "are read as they are written",
    (host, port) => {
      expect(parseAddress(showAddress({ host, port }))).toEqual({ host, port });
    },
  );

  it.each(["", "4000", ":4000", "::1:4000", "host:", "host:0", "host:65536", "a b:1", "[::1]"])(
    "are not: “%s”",
    (wrong) => expect(parseAddress(wrong)).toBeNull(),
  );
});

describe("attempts to connect again", () => {
  property.prop([fc.nat({ max: 2000 }), fc.double({ min: 0, max: 1, noNaN: true })])(
    "wait longer each time, but never longer than half a minute",
    (attempt, chance) => {
      const delay = delayBefore(attempt, chance);
      expect(delay).toBeGreaterThanOrEqual(125);
      expect(delay).toBeLessThanOrEqual(30_000);
      expect(delayBefore(attempt + 1, chance)).toBeGreaterThanOrEqual(delay);
    },
  );
});
