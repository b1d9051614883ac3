/** How a command ends, and how it says that it was called wrongly. */
import { isatty } from "node:tty";

/** Exit codes (docs/semantics.md). */
export const exitCodes = {
  holds: 0,
  violated: 1,
  misuse: 2,
  unknown: 3,
  diverged: 4,
  defect: 70,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

export const codeOf = (verdict: "holds" | "violated" | "unknown", interrupted = false): ExitCode =>
  interrupted ? exitCodes.interrupted : exitCodes[verdict];

/** The user asked for something that cannot be done: what, and the remedy. Shown without a stack trace, exit code 2. */
export class UsageError extends Error {}

/**
 * Where the terminal has gone, the process ends of SIGHUP when all is done: Node would give the terminal back as it was, cannot, and
 * aborts, which leaves a core file.
 */
export const allowClosedTerminal = (): void => {
  const terminals = [0, 1, 2].filter((fd) => isatty(fd));
  process.on("exit", () => {
    if (terminals.every((fd) => isatty(fd))) return;
    process.removeAllListeners("SIGHUP");
    process.kill(process.pid, "SIGHUP");
  });
};
