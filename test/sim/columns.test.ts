import { isDeepStrictEqual } from "node:util";
import { fc, test } from "@fast-check/vitest";
import { expect, it } from "vitest";
import { canonical } from "../../sim/engine/canonical.ts";

type Plain = null | boolean | number | string | readonly Plain[] | { readonly [key: string]: Plain };

const text = fc.oneof(
  fc.string(),
  fc.constantFrom('"', "\\", "\n", "\u2028", "é", "a\u0000", "{}", ",", ":"),
);

const { value } = fc.letrec<{ value: Plain }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    text,
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(text, tie("value"), { maxKeys: 4, noNullPrototype: true }),
  ),
}));

const shuffled = (one: Plain): Plain => {
  if (one === null || typeof one !== "object") return one;
  if (Array.isArray(one)) return (one as readonly Plain[]).map(shuffled);
  return Object.fromEntries(
    Object.entries(one)
      .reverse()
      .map(([key, inner]) => [key, shuffled(inner)]),
  );
};

/** Two values that often are equal. */
const pair = fc.oneof(
  fc.tuple(value, value),
  value.map((one) => [one, shuffled(one)] as const),
);

test.prop([pair], { seed: 1, numRuns: 500 })(
  "canonical text is JSON of the same value, and the same exactly for equal values, whatever the order of their fields is",
  ([one, other]) => {
    expect(JSON.parse(canonical(one))).toEqual(one);
    expect(canonical(shuffled(one))).toBe(canonical(one));
    expect(canonical(one) === canonical(other)).toBe(isDeepStrictEqual(one, other));
  },
);

it("canonical text is the same however many kinds of records there have been", () => {
  const sorted = (names: readonly string[]) => `{${[...names].sort().map((name) => `"${name}":1`)}}`;
  for (let kind = 0; kind < 20_000; kind++) {
    const names = [`z${kind}`, "m", `a${kind % 7}`];
    for (const order of [names, [...names].reverse()])
      expect(canonical(Object.fromEntries(order.map((name) => [name, 1])))).toBe(sorted(names));
  }
});
