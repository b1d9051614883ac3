/** The tables and the plot of docs/performance.md are what docs/performance.json says. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./place.ts";
import type { Profile } from "./profile.ts";
import type { Results } from "./results.ts";
import { type Group, groups } from "./rows.ts";
import { profileTable, startUpText, tableOf } from "./tables.ts";

export const paths = {
  results: "docs/performance.json",
  page: "docs/performance.md",
  plot: "docs/growth.svg",
} as const;

/** A table of a page. */
export const markdown = ([header = [], ...rest]: readonly (readonly string[])[]): string =>
  [header, header.map((_, column) => (column === 0 ? "---" : "---:")), ...rest]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");

const machineText = ({ machine, measured }: Results): string => {
  const { processor, cores, memory, system, node, spin, gcc } = machine;
  return `${processor}, ${cores} cores, ${memory} GiB; ${system}; Node ${node}; ${spin}; ${gcc}. ${startUpText(measured)}`;
};

const profileText = (profile: Profile): string =>
  `\`${profile.name}\`, ${profile.bytesPerTransition} bytes allocated per transition:\n\n${markdown(profileTable(profile))}`;

/** What stands between `<!-- measured: NAME -->` and `<!-- end -->`. */
const blockOf = (name: string, results: Results): string => {
  const { measured, profiles } = results;
  if (name === "machine") return machineText(results);
  if (name === "profiles") return profiles.map(profileText).join("\n\n");
  if (!(name in groups)) throw new Error(`${paths.page} asks for “${name}”, which is no group of rows`);
  const table = tableOf(name as Group, measured);
  return table === null ? "Not measured yet." : markdown(table);
};

/** A page with its measured parts as the results have them. */
export const pageWith = (page: string, results: Results): string =>
  page.replace(
    /(<!-- measured: (\S+) -->\n)([\s\S]*?)(<!-- end -->)/g,
    (_, start: string, name: string, __: string, end: string) => `${start}${blockOf(name, results)}\n${end}`,
  );

export const readDocument = (path: string): string => readFileSync(join(root, path), "utf8");

/** Null where there are none yet. */
export const readResults = (): Results | null => {
  try {
    return JSON.parse(readDocument(paths.results)) as Results;
  } catch {
    return null;
  }
};

export const writeDocuments = async (results: Results): Promise<void> => {
  const write = (path: string, text: string) => writeFileSync(join(root, path), text);
  write(paths.results, `${JSON.stringify(results, null, 2)}\n`);
  write(paths.page, pageWith(readDocument(paths.page), results));
  // Loaded where it is needed alone: it takes half a second.
  const { drawGrowth } = await import("./plot.ts");
  write(paths.plot, await drawGrowth(results.measured));
};
