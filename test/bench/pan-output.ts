/** Reads what pan, the search that Spin generates, prints. */
import type { Ended, Measurement } from "./measurement.ts";

const megabyte = 1024 * 1024;

/** `1.47e+06`, `2493752` */
const number = "([\\d.]+(?:e[+-]?\\d+)?)";

const find = (text: string, pattern: string): number | null => {
  const found = [...text.matchAll(new RegExp(pattern, "gm"))].at(-1)?.[1];
  return found === undefined ? null : Number(found);
};

/** How far a search has got that still goes on. */
export interface PanProgress {
  readonly states: number;
  readonly transitions: number;
  readonly memory: number;
  readonly seconds: number;
}

/** The last of the lines that pan prints every million states; null where there is none yet. */
export const readPanProgress = (text: string): PanProgress | null => {
  const line = text.split("\n").findLast((one) => /^Depth=.*\bt=\s*[\d.]+\s+R=/.test(one));
  if (line === undefined) return null;
  return {
    states: find(line, `States=\\s*${number}`) ?? 0,
    transitions: find(line, `Transitions=\\s*${number}`) ?? 0,
    memory: (find(line, `Memory=\\s*${number}`) ?? 0) * megabyte,
    seconds: find(line, `t=\\s*${number}`) ?? 0,
  };
};

/** Why a search stopped; `interrupted` where somebody told it to, for whatever reason. */
const endOf = (text: string): Ended => {
  if (/reached -DMEMLIM bound|out of memory/.test(text)) return "memory";
  if (/max search depth too small/.test(text)) return "depth";
  return /^Interrupted/m.test(text) || /Search not completed/.test(text) ? "interrupted" : "complete";
};

const verdictOf = (ended: Ended, errors: number): Measurement["verdict"] => {
  if (errors > 0) return "violated";
  return ended === "complete" ? "holds" : "unknown";
};

/** What pan has printed in all; null where it has not come to its figures, as when it was killed. */
export const readPan = (text: string): Omit<Measurement, "startUp"> | null => {
  const states = find(text, `^\\s*${number} states, stored`);
  const transitions = find(text, `^\\s*${number} transitions`);
  const errors = find(text, "errors: (\\d+)");
  if (states === null || transitions === null || errors === null) return null;
  const ended = endOf(text);
  return {
    ...{ ended, states, transitions, verdict: verdictOf(ended, errors) },
    // Where memory ends before the search has begun, pan subtracts from a clock that it never started.
    seconds: states === 0 ? 0 : (find(text, `elapsed time\\s+${number} seconds`) ?? 0),
    memory: (find(text, `^\\s*${number}\\s+total actual memory usage`) ?? 0) * megabyte,
  };
};
