/** Runs the command as a user does, from the built package. */
import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));
export const main = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));

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
