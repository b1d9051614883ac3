/** The tables of docs/cost.md are what docs/cost.json says. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { markdown } from "../page.ts";
import { root } from "../place.ts";
import type { Result } from "./figures.ts";
import { type Table, tableOf, tables } from "./tables.ts";

export const paths = { results: "docs/cost.json", page: "docs/cost.md" } as const;

export interface Results {
  /** On what it was measured, in words. */
  readonly machine: string;
  /** How often each figure was taken; the median counts. */
  readonly rounds: number;
  readonly measured: readonly Result[];
}

/** What stands between `<!-- measured: NAME -->` and `<!-- end -->`. */
const blockOf = (name: string, results: Results): string => {
  const { machine, rounds } = results;
  if (name === "machine") return `${machine}; ${rounds === 1 ? "one round" : `medians of ${rounds} rounds`}.`;
  if (!(name in tables)) throw new Error(`${paths.page} asks for “${name}”, which is no table`);
  return markdown(tableOf(name as Table, results.measured));
};

/** A page with its measured parts as the results have them. */
export const pageWith = (page: string, results: Results): string =>
  page.replace(
    /(<!-- measured: (\S+) -->\n)([\s\S]*?)(<!-- end -->)/g,
    (_, start: string, name: string, __: string, end: string) => `${start}${blockOf(name, results)}\n${end}`,
  );

export const readPage = (): string => readFileSync(join(root, paths.page), "utf8");
export const readResults = (): Results =>
  JSON.parse(readFileSync(join(root, paths.results), "utf8")) as Results;

export const writeDocuments = (results: Results): void => {
  writeFileSync(join(root, paths.results), `${JSON.stringify(results, null, 2)}\n`);
  writeFileSync(join(root, paths.page), pageWith(readPage(), results));
};
