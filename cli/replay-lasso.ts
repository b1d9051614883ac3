/** `papaya replay` of a run that never ends: the stem, and the loop once; does it lead back, and is it fair? */
import { match } from "ts-pattern";
import {
  type Action,
  isProgress,
  type ProgressProperty,
  type Schedule,
  type Setting,
  showAction,
} from "../model/index.ts";
import { progressProperties } from "../properties/index.ts";
import { type Follow, followLasso } from "../sim/index.ts";
import { exitCodes, UsageError } from "./exit.ts";
import { explainLoop, lassoJson, showLasso } from "./lasso.ts";
import { colors, say, sayJson } from "./output.ts";
import { describeBounds } from "./report.ts";

/** Whether a schedule file tells of a run that never ends, or of one that should not have ended. */
export const isLasso = ({ loop, fairness }: Schedule): boolean =>
  loop !== undefined || fairness !== undefined;

const propertyOf = (path: string, { property }: Schedule): ProgressProperty => {
  const [id] = property.split(" ");
  const found = progressProperties.find((one) => one.id === id);
  if (found !== undefined && isProgress(found)) return found;
  throw new UsageError(
    `${path} has a loop, and its header does not say which property that breaks: “property: ${progressProperties[0]?.id} …”. There are ${progressProperties.map((one) => one.id).join(", ")}.`,
  );
};

/** How often the loop is gone round on real processes. */
const turns = 3;

/** The steps that real processes are led through. Throws a UsageError where there are no such processes. */
export const stepsOnProcesses = (path: string, { bounds, steps, loop = [] }: Schedule): readonly Action[] => {
  if (bounds.endless !== true) return [...steps, ...Array.from({ length: turns }, () => loop).flat()];
  throw new UsageError(
    `${path} cannot be replayed on processes: its environment is the model's own (clients without a daemon, a disk that is full, names that are used again). Leave out “--on processes”.`,
  );
};

/** Refuses what cannot be asked of a loop. */
export const refuseOtherProtocol = (path: string, reference: string, { protocol }: Schedule): void => {
  if (reference !== protocol)
    throw new UsageError(
      `${path} has a loop of ${protocol}, which need not be one of ${reference}. “papaya check ${reference} --fairness …” looks for its own.`,
    );
};

const sayFollow = (path: string, schedule: Schedule, setting: Setting, follow: Follow): void => {
  const { property, loop = [], fairness = "weak", because, steps } = schedule;
  say(`${colors.bold(path)} on ${schedule.protocol}: ${describeBounds(setting.bounds)}`);
  if (follow.stale !== null) {
    const wanted = [...steps, ...loop][follow.stale - 1];
    say(
      colors.yellow(`stale: step ${follow.stale} of ${path} no longer fits: ${wanted && showAction(wanted)}`),
    );
    return;
  }
  say(showLasso(setting, schedule));
  if (loop.length > 0) say(`\n${explainLoop(follow, loop, fairness)}`);
  say();
  const end = loop.length > 0 ? "the loop ends in the state that it began in" : "nothing can move any more";
  say(follow.closes ? end : `it is not so that ${end}`);
  for (const reason of follow.unfair) say(`not a run that ${fairness} fairness lets count: ${reason}`);
  say(
    follow.isBroken
      ? `${colors.red(`breaks ${property}`)} under fairness “${fairness}”: ${because}`
      : colors.green(`does not break ${property} under fairness “${fairness}”`),
  );
};

/** Follows a schedule with a loop on the model; sets the exit code. */
export const replayLasso = (
  path: string,
  schedule: Schedule,
  setting: Setting,
  json: string | undefined,
): void => {
  const property = propertyOf(path, schedule);
  const { steps, loop = [], fairness = "weak" } = schedule;
  const follow = followLasso(setting, property, fairness, steps, loop);
  const verdict = follow.stale !== null ? "stale" : follow.isBroken ? "violated" : "holds";
  if (json === undefined) sayFollow(path, schedule, setting, follow);
  else
    sayJson(json, {
      ...{ protocol: setting.protocol.id, bounds: schedule.bounds, fairness, verdict, stale: follow.stale },
      ...lassoJson(schedule, follow),
    });
  process.exitCode = match(verdict)
    .with("stale", () => exitCodes.misuse)
    .with("violated", () => exitCodes.violated)
    .with("holds", () => exitCodes.holds)
    .exhaustive();
};
