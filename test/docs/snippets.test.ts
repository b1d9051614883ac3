import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import * as edit from "../../model/edit.ts";
import { fieldsOf } from "../../model/fields.ts";
import { type Property, settingOf } from "../../model/index.ts";
import { protocols } from "../../model/protocols/index.ts";
import { check } from "../../sim/index.ts";
import { papaya, root } from "../command.ts";

const pages = [
  "README.md",
  "docs/changing-the-lock.md",
  "docs/litmus-tests.md",
  "docs/liveness.md",
  "docs/properties.md",
  "docs/semantics.md",
  "docs/steering.md",
];

interface Session {
  readonly command: string;
  readonly shown: readonly string[];
}

/** The sessions that a page shows: a command behind `$`, and what it prints. */
const sessionsIn = (text: string): Session[] =>
  [...text.matchAll(/```console\n\$ papaya ([^\n]*)\n([\s\S]*?)```/g)].map(
    ([, command = "", output = ""]) => ({
      command,
      shown: output.trimEnd().split("\n"),
    }),
  );

/** Times are left out. */
/** Times differ from run to run, and how full a table is from machine to machine. */
const withoutTimes = (line: string): string =>
  line.replace(/\d+\.\d s/g, "N s").replace(/\d+ bytes a state/, "N bytes a state");

/** Whether the shown lines are printed in that order, with nothing between them but where an ellipsis stands. */
const findGap = (shown: readonly string[], printed: readonly string[]): string | null => {
  let at = 0;
  let maySkip = false;
  for (const line of shown) {
    if (line === "…") maySkip = true;
    else {
      const found = maySkip ? printed.indexOf(line, at) : printed[at] === line ? at : -1;
      if (found < 0) return line;
      at = found + 1;
      maySkip = false;
    }
  }
  return null;
};

for (const page of pages) {
  const text = readFileSync(join(root, page), "utf8");
  const sessions = sessionsIn(text);
  describe.runIf(sessions.length > 0)(`${page} shows what is printed`, () => {
    for (const { command, shown } of sessions)
      it(`papaya ${command}`, async () => {
        const { out, err } = await papaya(command.split(" "));
        const printed = (out === "" ? err : out).split("\n").map(withoutTimes);
        expect(findGap(shown.map(withoutTimes), printed), printed.slice(0, 60).join("\n")).toBeNull();
      });
  });

  const files = [...text.matchAll(/<!-- file: (\S+) -->\n```(?:ts|json)\n([\s\S]*?)```/g)];
  describe.runIf(files.length > 0)(`${page} shows files as they are`, () => {
    for (const [, file = "", body = ""] of files)
      it(file, () => expect(body).toBe(readFileSync(join(root, file), "utf8")));
  });
}

describe("README.md", () => {
  it("shows the example of a bad change as it is", () => {
    const example = readFileSync(join(root, "docs/examples/hasty-lock.ts"), "utf8");
    expect(readFileSync(join(root, "README.md"), "utf8")).toContain(example);
  });

  it("runs the commands that its two commands name", () => {
    const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    expect(scripts.start).toBe("node dist/cli/main.js start");
    expect(scripts.test).toMatch(/vitest run$/);
  });
});

describe("docs/changing-the-lock.md", () => {
  it("names every call, and every way to change a machine", () => {
    const text = readFileSync(join(root, "docs/changing-the-lock.md"), "utf8");
    const builders = [...Object.keys(fieldsOf), ...Object.keys(edit)].map((name) => `${name}(`);
    expect(builders.filter((name) => !text.includes(name))).toEqual([]);
  });
});

describe("docs/properties.md", () => {
  it("shows a property that tells protocols apart", async () => {
    const { signalsUnderLock } = (await import(join(root, "docs/examples/signals-under-lock.ts"))) as {
      readonly signalsUnderLock: Property;
    };
    const verdictOn = (id: string) => {
      const found = protocols.filter((protocol) => protocol.id === id);
      return found.flatMap((protocol) =>
        check(settingOf(protocol, { ...protocol.bounds, clients: 1 }), [signalsUnderLock]).properties.map(
          ({ verdict }) => verdict,
        ),
      );
    };
    expect(verdictOn("papaya")).toEqual(["holds"]);
    expect(verdictOn("no-lock")).toEqual(["violated"]);
  });
});

describe("a snippet that rots is noticed", () => {
  it("where a line differs, is missing, or comes in another order", () => {
    const printed = ["a", "b", "c", "d"];
    expect(findGap(["a", "b"], printed)).toBeNull();
    expect(findGap(["a", "…", "d"], printed)).toBeNull();
    expect(findGap(["a", "d"], printed)).toBe("d");
    expect(findGap(["…", "c", "…", "b"], printed)).toBe("b");
    expect(findGap(["x"], printed)).toBe("x");
  });
});
