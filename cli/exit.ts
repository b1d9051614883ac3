/** How a command ends, and how it says that it was called wrongly. */

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
