/** Where this repository is, for files that run both as they are and compiled. */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const upTo = (folder: string): string =>
  existsSync(join(folder, "package.json")) ? folder : upTo(dirname(folder));

export const root = upTo(dirname(fileURLToPath(import.meta.url)));
