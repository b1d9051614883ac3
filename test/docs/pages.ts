/** The pages that people read, and what stands in them: links, headings, commands, paths of files. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));

export interface Page {
  /** Its path in the repository. */
  readonly path: string;
  /** Its lines, outside fenced blocks. */
  readonly prose: readonly string[];
  /** The lines of its fenced blocks. */
  readonly fenced: readonly string[];
}

const readPage = (path: string): Page => {
  const prose: string[] = [];
  const fenced: string[] = [];
  let isFenced = false;
  for (const line of readFileSync(join(root, path), "utf8").split("\n")) {
    if (/^\s*```/.test(line)) isFenced = !isFenced;
    else (isFenced ? fenced : prose).push(line);
  }
  return { path, prose, fenced };
};

/** README.md and everything in docs/. */
export const pages = (): Page[] =>
  ["README.md", ...readdirSync(join(root, "docs")).map((file) => `docs/${file}`)]
    .filter((path) => path.endsWith(".md") && existsSync(join(root, path)))
    .map(readPage);

/** What leads from a heading to its anchor, as GitHub does it. */
const slug = (heading: string): string =>
  heading
    .replaceAll(/[`*]|\]\([^)]*\)|\[/g, "")
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
    .replaceAll(/\s/g, "-");

/** The anchors of a page; of headings with one name, the later ones are numbered. */
const anchorsOf = ({ prose }: Page): Set<string> => {
  const counts = new Map<string, number>();
  const anchors = prose.flatMap((line) => {
    const heading = /^#{1,6}\s+(.*)$/.exec(line)?.[1];
    if (heading === undefined) return [];
    const name = slug(heading);
    const nth = counts.get(name) ?? 0;
    counts.set(name, nth + 1);
    return [nth === 0 ? name : `${name}-${nth}`];
  });
  return new Set(anchors);
};

const withoutCode = (line: string): string => line.replaceAll(/`[^`]*`/g, "");

const linksOf = ({ prose }: Page): string[] =>
  prose
    .flatMap((line) => [...withoutCode(line).matchAll(/\]\(([^)\s]+)[^)]*\)/g)])
    .map(([, target = ""]) => target)
    .filter((target) => !/^[a-z]+:/i.test(target));

/** Why a relative link leads nowhere; null where it leads somewhere. */
const problemWith = (page: Page, link: string): string | null => {
  const [file = "", anchor] = link.split("#");
  const path = file === "" ? page.path : relative(root, join(root, dirname(page.path), file));
  if (path.startsWith("..")) return "it leads out of the repository";
  if (!existsSync(join(root, path))) return `there is no ${path}`;
  if (anchor === undefined) return null;
  if (!path.endsWith(".md")) return "only Markdown pages have headings";
  return anchorsOf(readPage(path)).has(anchor) ? null : `${path} has no heading “${anchor}”`;
};

export const brokenLinks = (page: Page): string[] =>
  linksOf(page).flatMap((link) => {
    const problem = problemWith(page, link);
    return problem === null ? [] : [`${page.path}: ${link}: ${problem}`];
  });

const folders = "model|sim|real|properties|cli|test|docs";

/** Paths of this repository that stand as code in a page: `sim/engine/memo.ts`, `docs/`, `sim/kernel/*.ts`. */
const pathsIn = ({ prose }: Page): string[] =>
  prose
    .flatMap((line) => [...line.matchAll(/`([^`]+)`/g)])
    .map(([, text = ""]) => text)
    .filter((text) => new RegExp(`^(${folders})/[\\w./*-]*$`).test(text));

const isThere = (path: string): boolean => {
  const [fixed = "", pattern] = path.split(/(?=[^/]*\*)/, 2);
  if (pattern === undefined) return existsSync(join(root, path));
  if (!existsSync(join(root, fixed))) return false;
  const wanted = new RegExp(`^${pattern.replaceAll(".", "\\.").replaceAll("*", ".*")}$`);
  return readdirSync(join(root, fixed)).some((file) => wanted.test(file));
};

export const missingPaths = (page: Page): string[] =>
  pathsIn(page)
    .filter((path) => !isThere(path))
    .map((path) => `${page.path}: ${path}`);

/** The first line of a schedule file begins like a command, and is none. */
const isCommand = (line: string): boolean =>
  /^papaya \S/.test(line) && line.trim() !== "papaya schedule 1" && !/^papaya \S+ {2,}/.test(line);

/** The papaya commands in fenced blocks, without prompts, comments and what follows a pipe. */
export const commandsIn = ({ fenced }: Page): string[] =>
  fenced
    .flatMap((line) => line.split(/\s(?:&&|\|\||\|)\s/))
    .map((line) => line.replace(/^\s*(?:\$ )?(?:npx )?/, "").replace(/^node dist\/cli\/main\.js\b/, "papaya"))
    .filter(isCommand)
    .map((line) =>
      line
        .replace(/\s+(?:#|\d?>).*$/, "")
        .replace(/^(papaya\b.*?\S) {3,}.*$/, "$1")
        .trim(),
    );
