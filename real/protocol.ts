/** Finds a protocol: a shipped one by its id, or one in a file of the user's own. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { basename, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import {
  inspectProtocol,
  type Problem,
  ProgramError,
  type Protocol,
  parseProgram,
  protocolOf,
} from "../model/index.ts";

/** A protocol cannot be used: which one, what is wrong where, and what to do about it. */
export class UnusableProtocol extends Error {
  constructor(
    readonly reference: string,
    readonly problems: readonly Problem[],
  ) {
    super(
      [
        `${reference} cannot be used:`,
        ...problems.map(
          ({ where, problem, remedy }) => `  ${where ? `${where}: ` : ""}${problem}\n    → ${remedy}`,
        ),
      ].join("\n"),
    );
  }
}

const isProtocol = (value: unknown): value is Protocol =>
  typeof value === "object" && value !== null && "id" in value && "machines" in value;

const isFile = (reference: string): boolean => /[./\\]/.test(reference);

const shipped = (file: string): string => new URL(`../model/protocols/${file}`, import.meta.url).href;

/** A shipped protocol; only its own file is loaded, so that a process starts fast. */
const loadShipped = async (id: string): Promise<Protocol> => {
  const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
  const file = [`${id}.${extension}`, `${id}/index.${extension}`].find((path) =>
    existsSync(fileURLToPath(shipped(path))),
  );
  const module = file === undefined ? {} : ((await import(shipped(file))) as Record<string, unknown>);
  const found = Object.values(module).find(
    (value): value is Protocol => isProtocol(value) && value.id === id,
  );
  if (found !== undefined) return found;
  throw new UnusableProtocol(id, [
    {
      where: "",
      problem: "there is no protocol of that name",
      remedy:
        "“papaya list” names the shipped ones; a file of your own is given with its path, ./my-protocol.ts",
    },
  ]);
};

/** A program: scripts as plain data. */
const loadProgram = (path: string, file: string): Protocol => {
  try {
    return protocolOf(parseProgram(readFileSync(file, "utf8")), basename(file, ".json"));
  } catch (error) {
    throw error instanceof ProgramError ? new UnusableProtocol(path, error.problems) : error;
  }
};

const loadFile = async (path: string): Promise<Protocol> => {
  const file = resolve(path);
  const trouble = (problem: string, remedy: string) =>
    new UnusableProtocol(path, [{ where: "", problem, remedy }]);
  if (!existsSync(file)) throw trouble("there is no such file", "check the path");
  if (statSync(file).isDirectory()) throw trouble("it is a directory", "give a file: ./my-protocol.ts");
  if (file.endsWith(".json")) return loadProgram(path, file);
  // Loaded where there is such a file alone: every process of a server would carry it along.
  const [{ createJiti }, xstate, papayaProof] = await Promise.all([
    import("jiti"),
    import("xstate"),
    import("../model/public.ts"),
  ]);
  // The file gets our own modules, so that a lock it leaves alone is known to be the kernel's.
  const jiti = createJiti(import.meta.url, {
    virtualModules: { "papaya-proof": papayaProof, xstate },
    interopDefault: true,
    fsCache: false,
  });
  try {
    const loaded = await jiti.import(pathToFileURL(file).href, { default: true });
    if (isProtocol(loaded)) return loaded;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw trouble(message.split("\n").slice(0, 3).join(" "), "mend that line of the file");
  }
  throw trouble("its default export is no protocol", "end it with: export default defineProtocol({ … })");
};

/** Loads a protocol and looks it over. Throws an {@link UnusableProtocol} that names what is wrong. */
export const loadProtocol = async (reference: string): Promise<Protocol> => {
  const protocol = await (isFile(reference) ? loadFile(reference) : loadShipped(reference));
  const problems = inspectProtocol(protocol);
  if (problems.length > 0) throw new UnusableProtocol(reference, problems);
  return protocol;
};
