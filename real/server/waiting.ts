/** Waiting for something in the process table, which tells nobody when it changes. */
import { setTimeout as pause } from "node:timers/promises";

/** Milliseconds between two looks. */
const lookEvery = 50;

/** Waits until something is so; whether it was so within so many milliseconds. */
export const comesTrue = async (
  isSo: () => boolean,
  milliseconds: number,
  every = lookEvery,
): Promise<boolean> => {
  for (const deadline = performance.now() + milliseconds; !isSo(); await pause(every))
    if (performance.now() > deadline) return false;
  return true;
};
