import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { protocols } from "../../model/protocols/index.ts";
import { progressProperties, properties } from "../../properties/index.ts";
import { proofTable } from "../proofs/bounds.ts";
import { writerTable } from "../proofs/progress.ts";
import { pages } from "./pages.ts";

const page = pages().find(({ path }) => path === "docs/properties.md");
const lines = page?.prose ?? [];

/** The lines of one property's section. */
const sectionOf = (id: string, name: string): readonly string[] => {
  const start = lines.indexOf(`## ${id} ${name}`);
  const length = lines.slice(start + 1).findIndex((line) => line.startsWith("## "));
  return start < 0 ? [] : lines.slice(start + 1, start + 1 + length);
};

describe("docs/properties.md says of each property what it is, and what breaks it", () => {
  for (const { id, name, kind } of properties)
    it(`${id} ${name}`, () => {
      const section = sectionOf(id, name);
      expect(section.join("\n")).toContain(`\`${kind}\``);
      const breaking = protocols
        .filter(({ breaks }) => breaks.includes(id))
        .map((protocol) => `\`${protocol.id}\``);
      expect(section).toContain(`Broken by: ${breaking.join(", ")}`);
    });
});

describe("docs/properties.md says what each property of whole runs is", () => {
  for (const { id, name, kind, says } of progressProperties)
    it(`${id} ${name}`, () => {
      const section = sectionOf(id, name).join("\n");
      expect(section).toContain(`\`${kind}\``);
      expect(section).toContain(says);
    });
});

describe("docs/liveness.md says under which fairness P15 holds", () => {
  it("with the figures that test/proofs looks up", () => {
    const text = readFileSync(new URL("../../docs/liveness.md", import.meta.url), "utf8");
    expect(text).toContain(writerTable());
  });
});

describe("docs/properties.md says what is proved", () => {
  it("with the figures that test/proofs looks up", () => {
    const text = readFileSync(new URL("../../docs/properties.md", import.meta.url), "utf8");
    expect(text).toContain(proofTable());
  });
});
