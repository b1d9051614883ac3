/** Runs the command as a user does, from the built package. */
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));
export const main = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));

/** Whether users other than the owner can come to a directory. */
const isOpenToAll = (directory: string): boolean =>
  (statSync(directory).mode & 0o001) !== 0 &&
  (dirname(directory) === directory || isOpenToAll(dirname(directory)));

let linked: string | null = null;

/** The same program where every user can read it, for whoever gives root up; removed when the tests of a file have ended. */
export const mainForAll = (): string => {
  if (process.geteuid?.() !== 0 || isOpenToAll(dirname(main))) return main;
  if (linked === null) {
    linked = mkdtempSync(join(tmpdir(), "papaya-program-"));
    chmodSync(linked, 0o755);
    const parts = ["dist", "node_modules", "package.json"].map((part) => join(root, part));
    const { status } = spawnSync("cp", ["-al", ...parts, linked]);
    // Links do not lead to other file systems.
    if (status !== 0) execFileSync("cp", ["-a", ...parts, linked]);
  }
  return join(linked, "dist", "cli", "main.js");
};

/** Removes what {@link mainForAll} has made. */
export const removeProgram = (): void => {
  if (linked !== null) rmSync(linked, { recursive: true, force: true });
  linked = null;
};

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** `papaya ARGUMENTS`, in a directory; `onStart` may send it signals. */
export const papaya = (
  arguments_: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv; onStart?: (pid: number) => void } = {},
): Promise<Ended> =>
  new Promise((done, fail) => {
    const { cwd = root, env, onStart } = options;
    const child = spawn(process.execPath, [main, ...arguments_], {
      cwd,
      env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: undefined, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let out = "";
    let err = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      out += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      err += text;
    });
    child.on("error", fail);
    child.on("close", (code) => done({ code, out, err }));
    if (child.pid !== undefined) onStart?.(child.pid);
  });

/** The processes, zombies apart, whose TMPDIR is this: command lines with process ids. */
export const processesAt = (place: string): string[] =>
  readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const variables = readFileSync(`/proc/${pid}/environ`, "latin1").split("\0");
        if (!variables.includes(`TMPDIR=${place}`)) return [];
        return [`${pid} ${readFileSync(`/proc/${pid}/cmdline`, "latin1").replaceAll("\0", " ")}`];
      } catch {
        return [];
      }
    });
