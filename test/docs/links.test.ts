import { describe, expect, it } from "vitest";
import { refusal } from "./commands.ts";
import { brokenLinks, commandsIn, missingPaths, type Page, pages } from "./pages.ts";

const refusals = (page: Page): string[] =>
  commandsIn(page).flatMap((line) => {
    const problem = refusal(line);
    return problem === null ? [] : [`${line}: ${problem}`];
  });

describe("what the pages say can be followed", () => {
  for (const page of pages()) {
    it(`${page.path}: every relative link leads somewhere`, () => expect(brokenLinks(page)).toEqual([]));
    it(`${page.path}: every path exists`, () => expect(missingPaths(page)).toEqual([]));
    it(`${page.path}: every papaya command is one`, () => expect(refusals(page)).toEqual([]));
  }
});

const pageWith = (prose: string, fenced = ""): Page => ({
  path: "docs/example.md",
  prose: prose.split("\n"),
  fenced: fenced.split("\n"),
});

describe("a link that leads nowhere is noticed", () => {
  for (const link of ["nowhere.md", "semantics.md#nothing", "../../outside.md", "#missing"])
    it(link, () => expect(brokenLinks(pageWith(`see [this](${link})`))).toHaveLength(1));

  for (const link of ["semantics.md#verdicts", "../package.json", "https://example.org/nowhere"])
    it(`but not ${link}`, () => expect(brokenLinks(pageWith(`see [this](${link})`))).toEqual([]));
});

describe("a path that does not exist is noticed", () => {
  for (const path of ["sim/engine/nothing.ts", "sim/nowhere/", "sim/kernel/*.py"])
    it(path, () => expect(missingPaths(pageWith(`in \`${path}\``))).toHaveLength(1));

  for (const path of ["sim/engine/memo.ts", "sim/engine/", "sim/kernel/*.ts", "real/*"])
    it(`but not ${path}`, () => expect(missingPaths(pageWith(`in \`${path}\``))).toEqual([]));
});

describe("a wrong command is noticed", () => {
  const wrong = [
    "papaya prove",
    "papaya check --depth 3",
    "papaya check --faults fire=1",
    "papaya check --properties P99",
    "papaya check no-such-protocol",
    "papaya simulate --scheduler fair",
    "papaya replay",
  ];
  for (const line of wrong) it(line, () => expect(refusal(line)).not.toBeNull());

  const right = ["papaya check ./my-protocol.ts --json", "papaya matrix papaya pause", "papaya --help"];
  for (const line of right) it(`but not ${line}`, () => expect(refusal(line)).toBeNull());
});

it("commands are told from what they print", () =>
  expect(
    commandsIn(
      pageWith(
        "papaya is no command here",
        [
          "$ papaya check pause --schedule-out out   # writes out/P6.schedule",
          "papaya: 2 clients × 1 message, no faults",
          "papaya schedule 1",
          "papaya                ·   ·   74,579",
          "npx papaya list | head && node dist/cli/main.js matrix > matrix.txt",
        ].join("\n"),
      ),
    ),
  ).toEqual(["papaya check pause --schedule-out out", "papaya list", "papaya matrix"]));
