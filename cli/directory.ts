/** Directories that are made where they are missing. */
import { mkdirSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";

export const isDirectory = (path: string): boolean =>
  statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

/**
 * Makes a directory and those above it, one by one: where nothing can be made, as in /proc, Node's own way never comes to an end.
 * Throws what the kernel says.
 */
export const makeDirectory = (place: string): void => {
  const path = resolve(place);
  if (isDirectory(path)) return;
  if (dirname(path) !== path) makeDirectory(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    // Somebody else may have made it in between.
    if (!isDirectory(path)) throw error;
  }
};
