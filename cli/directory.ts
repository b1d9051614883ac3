/** Directories that are made where they are missing. */
import { existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";

/** Makes a directory and those above it, one by one: where nothing can be made, as in /proc, Node's own way never comes to an end. */
export const makeDirectory = (path: string): void => {
  if (existsSync(path)) return;
  makeDirectory(dirname(path));
  mkdirSync(path);
};
