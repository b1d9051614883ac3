/** Where a run keeps what it writes. */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ProcessTrouble } from "./trouble.ts";

/** A new directory for a run. Throws ProcessTrouble where there can be none. */
export const makeWorkplace = (kind: "run" | "torture"): string => {
  try {
    return mkdtempSync(join(tmpdir(), `papaya-${kind}-`));
  } catch (error) {
    throw new ProcessTrouble(
      `no directory for a run: ${(error as Error).message}. Set TMPDIR to one that can be written to.`,
    );
  }
};
