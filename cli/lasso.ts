/** How a run that never ends reads: its stem, what is repeated, and who has what part in it. */
import { type Fairness, type ProcessName, type Schedule, type Setting, showAction } from "../model/index.ts";
import { type Follow, type Part, replay } from "../sim/index.ts";
import { colors, columns } from "./output.ts";
import { showRun } from "./report.ts";

const idle = (process: string): Part => ({
  process: process as ProcessName,
  ...{ isOwed: true, moves: 0, locks: 0, able: 0, lockable: 0 },
});

/** Those who have a part in the loop; whoever waits first. */
const partsOf = ({ who, parts }: Follow): readonly Part[] => {
  const waiting = who
    .filter((name) => /^[A-Z]/.test(name))
    .map((name) => parts.find(({ process }) => process === name) ?? idle(name));
  return [...waiting, ...parts.filter((part) => !waiting.includes(part))];
};

/** Why no fairness helps a process that has no part in the loop, or what it would have to be. */
const excuseOf = (
  { process, able, moves, lockable, locks }: Part,
  states: number,
  fairness: Fairness,
): string[] => {
  if (moves > 0) return [];
  if (able === 0)
    return [`${process} can do nothing in any of them, so no fairness, weak or strong, owes it a step`];
  if (able < states && lockable > 0 && locks === 0 && fairness !== "strong-lock")
    return [`${process} cannot move in ${states - able} of them, so that weak fairness owes it no step`];
  return fairness === "none"
    ? [`${process} could move in ${able} of them; without fairness nobody owes it a step`]
    : [];
};

/** Who does what in the loop, and why that is fair. */
export const explainLoop = (follow: Follow, loop: readonly unknown[], fairness: Fairness): string => {
  if (loop.length === 0) return "";
  const rows = partsOf(follow).map(({ process, moves, able, locks, lockable, isOwed }) => [
    `  ${process}`,
    String(moves),
    String(able),
    String(locks),
    String(lockable),
    isOwed ? "" : "owes nothing",
  ]);
  const header = ["  process", "moves", "can move", "locks", "can lock", ""];
  const excuses = partsOf(follow).flatMap((part) =>
    part.isOwed ? excuseOf(part, loop.length, fairness) : [],
  );
  return [
    `In how many of the loop's ${loop.length} states each of them moves, and could:`,
    columns([header.map((text) => colors.dim(text)), ...rows]),
    ...excuses.map((text) => `  ${text}`),
  ].join("\n");
};

/** Stem and loop as an annotated strace. */
export const showLasso = (
  setting: Setting,
  { steps, loop = [] }: Pick<Schedule, "steps" | "loop">,
): string => {
  const lines = showRun({ steps: replay(setting, [], [...steps, ...loop]).steps, properties: [] }).split(
    "\n",
  );
  const mark = loop.length === 0 ? "and then nothing can move any more" : "again and again:";
  return lines.toSpliced(1 + steps.length, 0, colors.bold(`      ${mark}`)).join("\n");
};

/** The same for machines. */
export const lassoJson = (
  { steps, loop = [] }: Pick<Schedule, "steps" | "loop">,
  { who, parts, closes, unfair }: Follow,
): object => ({
  stem: steps.map(showAction),
  loop: loop.map(showAction),
  waiting: who,
  closes,
  unfair,
  parts,
});
