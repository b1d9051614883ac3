/** docs/fidelity.md says of each fact of the numbered list in which arms it stands; here it is held to that. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { numbered, standingOf } from "./standing.ts";

const all = Array.from({ length: 23 }, (_, at) => at + 1);
const page = readFileSync(new URL("../../docs/fidelity.md", import.meta.url), "utf8");
/** The rows of its table that begin with a number: number, fact, model, simulated arm, real arm. */
const rows = page
  .split("\n")
  .filter((line) => /^\| \d+ \|/.test(line))
  .map((line) => line.split(" | ").map((cell) => cell.replaceAll(/^\| | \|$/g, "")));

test("each of the facts has a test, and no test the number of another one", () =>
  expect(numbered()).toEqual(all));

test("docs/fidelity.md has a row for each, in order", () =>
  expect(rows.map(([number]) => Number(number))).toEqual(all));

describe("docs/fidelity.md says where it stands", () => {
  test.each(all)("[%i]", (number) => {
    const { simulated, real } = standingOf(number);
    const [, , , ...arms] = rows.find(([first]) => Number(first) === number) ?? [];
    expect(arms).toEqual([simulated ? "facts" : "–", real.join(", ")]);
  });
});

test.each(all)("[%i] stands on the real kernel without anybody's help", (number) =>
  expect(standingOf(number).real).toContainEqual(expect.stringMatching(/^(?:steered|native)$/)),
);
