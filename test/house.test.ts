/** The rules of the house, as far as a machine can look after them. Each answers with the places that break it. */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, extname, join, normalize } from "node:path";
import { describe, expect, test } from "vitest";

const sources = ["model", "sim", "real", "properties", "cli"];
const filesIn = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesIn(join(folder, entry.name)) : [join(folder, entry.name)],
  );
const isCode = (file: string) => /\.c?ts$/.test(file);
const code = sources.flatMap(filesIn).filter(isCode);
const tests = filesIn("test").filter(isCode);
const textOf = new Map([...code, ...tests].map((file) => [file, readFileSync(file, "utf8")]));
/** A file without its comments. Good enough for code that is formatted as ours is. */
const codeOf = (file: string) => (textOf.get(file) ?? "").replace(/\/\*[\s\S]*?\*\/|(^|\s)\/\/.*$/gm, " ");
const withoutStrings = (text: string) => text.replace(/"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/g, '""');
const folderOf = (file: string) => file.split("/")[0] ?? "";
const importing = /(?:^(?:import|export)\b[^;"]*?\bfrom\s*|^import\s*|\bimport\(\s*)"([^"]+)"/gm;
const importsOf = (file: string) => [...codeOf(file).matchAll(importing)].map(([, name = ""]) => name);
/** What an import leads to: a file of ours, or a package. */
const targetOf = (file: string, name: string) =>
  name.startsWith(".") ? normalize(join(dirname(file), name)) : name;

describe("who imports whom", () => {
  /** Folders, then packages. `cli` joins the rest; nobody imports it, nor `test`. */
  const mayImport: Readonly<Record<string, readonly string[]>> = {
    model: ["model", "xstate", "ts-pattern"],
    properties: ["properties", "model"],
    sim: ["sim", "model", "ts-pattern", "seedrandom"],
    // xstate only to hand it on to files of users.
    real: ["real", "model", "ts-pattern", "seedrandom", "koffi", "jiti", "xstate", "node:"],
    cli: [
      ...["cli", "model", "sim", "real", "properties", "node:", "ts-pattern"],
      ...["commander", "ora", "picocolors", "pino", "smol-toml", "string-width", "table", "zod"],
    ],
  };
  const isAllowed = (file: string, target: string) =>
    mayImport[folderOf(file)]?.some((allowed) =>
      allowed.endsWith(":") ? target.startsWith(allowed) : folderOf(target) === allowed,
    );
  const breaking = (
    files: readonly string[],
    allowed: (file: string, target: string) => boolean | undefined,
  ) =>
    files.flatMap((file) =>
      importsOf(file)
        .map((name) => targetOf(file, name))
        .filter((target) => !allowed(file, target))
        .map((target) => `${file} imports ${target}`),
    );

  test.each(sources)("%s imports what it may, and nothing else", (folder) => {
    const files = code.filter((file) => folderOf(file) === folder);
    expect(breaking(files, isAllowed)).toEqual([]);
  });

  test("the vocabulary imports nothing", () => expect(importsOf("model/syscall.ts")).toEqual([]));

  test("the simulated kernel imports nothing else of the simulation", () => {
    const kernel = code.filter((file) => file.startsWith("sim/kernel/"));
    expect(breaking(kernel, (_, to) => !to.startsWith("sim/") || to.startsWith("sim/kernel/"))).toEqual([]);
  });

  test("the plain world, which defines what everything means, imports neither engine nor checker", () => {
    const plain = ["sim/world.ts", "sim/transition.ts", "sim/quiescence.ts"];
    expect(breaking(plain, (_, to) => !/^sim\/(engine|checker|scheduler)\//.test(to))).toEqual([]);
  });

  test("every import leads to a file that there is", () => {
    const exists = (file: string) => existsSync(file) || existsSync(file.replace(/\.js$/, ".ts"));
    expect(breaking([...code, ...tests], (_, to) => !isCode(to) || exists(to))).toEqual([]);
  });
});

describe("maps", () => {
  const maps = code.filter((file) => basename(file) === "index.ts");
  /** What stands beside an index: files without their endings, folders. */
  const besides = (map: string) =>
    readdirSync(dirname(map))
      .map((name) => basename(name, extname(name)))
      .filter((name) => name !== "index");
  const commentOf = (map: string) => /^\/\*\*[\s\S]*?\*\//.exec(textOf.get(map) ?? "")?.[0] ?? "";

  test.each(sources.filter((folder) => folder !== "cli"))("%s has one", (folder) =>
    expect(maps).toContain(`${folder}/index.ts`),
  );

  test("each opens its folder's index, and names each file beside it", () => {
    const unnamed = maps
      // One file a protocol: the list of imports is the map, see below.
      .filter((map) => !map.startsWith("model/protocols/"))
      .flatMap((map) =>
        besides(map)
          .filter((name) => !new RegExp(`\`${name}/?\``).test(commentOf(map)))
          .map((name) => `${map} does not name ${name}`),
      );
    expect(unnamed).toEqual([]);
  });

  test("of protocols import each file beside them", () => {
    for (const map of maps.filter((map) => map.startsWith("model/protocols/"))) {
      expect(commentOf(map), map).not.toBe("");
      const imported = importsOf(map).map((name) => basename(name.replace("/index.ts", ""), ".ts"));
      expect(imported).toEqual(expect.arrayContaining(besides(map)));
    }
  });
});

describe("code", () => {
  const matching = (files: readonly string[], pattern: RegExp) =>
    files.flatMap((file) =>
      [...withoutStrings(codeOf(file)).matchAll(pattern)].map(([found]) => `${file}: ${found.trim()}`),
    );

  test("knows one source of chance, the seed, and no clock, where runs must be repeatable", () => {
    const files = code.filter((file) => ["model", "sim", "properties"].includes(folderOf(file)));
    const pattern =
      /\bMath\.random\b|\bDate\b|\bperformance\b|\bset(?:Timeout|Interval|Immediate)\b|\bprocess\.(?:env|hrtime|nextTick)\b|\brandomUUID\b|\bqueueMicrotask\b/g;
    expect(matching(files, pattern)).toEqual([]);
  });

  test("has no explicit any", () =>
    expect(matching([...code, ...tests], /(?::|\bas|[<|&,=])\s*any\b|\bany\[\]/g)).toEqual([]));

  test("comes in files of at most 300 lines: what is longer has two subjects, or is too long to be read at once", () => {
    const lengths = [...textOf].map(([file, text]) => ({ file, lines: text.split("\n").length - 1 }));
    expect(lengths.filter(({ lines }) => lines > 300)).toEqual([]);
  });

  test("has no place for whatever has no place", () =>
    expect([...code, ...tests].filter((file) => /\b(?:util|helper|common|misc)s?\b/i.test(file))).toEqual(
      [],
    ));

  test("exports no value that nobody else uses", () => {
    // What public.ts exports by name is for files of users; a barrel that hands something on does not use it.
    const publicOnes = withoutStrings(codeOf("model/public.ts"));
    const used = new Map(
      [...code, ...tests].map((file) => [
        file,
        codeOf(file).replace(/export\s+(?:type\s+)?(?:\{[^}]*\}|\*)\s*from/g, " "),
      ]),
    );
    const idle = code.flatMap((file) =>
      [...codeOf(file).matchAll(/^export (?:async )?(?:const|function\*?|class) (\w+)/gm)]
        .map(([, name = ""]) => ({ name, word: new RegExp(`\\b${name}\\b`) }))
        .filter(({ word }) => !word.test(publicOnes))
        .filter(({ word }) => ![...used].some(([other, text]) => other !== file && word.test(text)))
        .map(({ name }) => `${file} exports ${name}`),
    );
    expect(idle).toEqual([]);
  });
});

describe("the repository", () => {
  test("says of dependencies what they are, and not where they came from", () => {
    const lock = readFileSync("package-lock.json", "utf8");
    expect(lock.match(/"resolved"|https?:\/\/registry[^"]*/g)).toBeNull();
  });

  test.skipIf(!existsSync(".git"))(
    "has at its top what the house needs and what tools insist on, nothing else",
    () => {
      const house = ["package.json", "tsconfig.json", ...sources, "test", "docs"];
      const tools = [".ci", ".gitignore", ".npmrc", "biome.json", "tsconfig.build.json", "vitest.config.ts"];
      const customs = ["LICENSE", "README.md", "CHANGELOG.md", "package-lock.json"];
      const tracked = execFileSync("git", ["ls-files"], { encoding: "utf8" }).trim().split("\n");
      const strays = new Set(
        tracked.map(folderOf).filter((entry) => ![...house, ...tools, ...customs].includes(entry)),
      );
      expect([...strays]).toEqual([]);
    },
  );
});
