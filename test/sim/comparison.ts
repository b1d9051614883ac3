/** What every reduction must keep of a search, in a form that can be compared. */
import type { Property, Schedule, Setting } from "../../model/index.ts";
import { type CheckReport, check, type Reductions, replay } from "../../sim/index.ts";
import { restsOf } from "./rests.ts";

export const verdictsOf = ({ verdict, properties, unreached }: CheckReport) => ({
  verdict,
  unreached,
  properties: properties.map(({ id, verdict: own, steps }) => ({ id, own, steps })),
});

const switchesIn = (schedule: Schedule | null): number =>
  schedule?.steps.filter(({ process }, at) => at > 0 && schedule.steps[at - 1]?.process !== process).length ??
  0;

/** The properties whose schedules break them, each with the fewest switches among the shortest. */
const brokenIn = (setting: Setting, properties: readonly Property[], report: CheckReport) =>
  report.properties.flatMap(({ id, schedule }) => {
    if (schedule === null) return [];
    const again = replay(setting, properties, schedule.steps).properties.find((one) => one.id === id);
    return [{ id, switches: switchesIn(schedule), again: again?.verdict }];
  });

/** With `alike`, states of rest that differ by a permutation of clients are one. */
export const outcomeOf = (
  setting: Setting,
  properties: readonly Property[],
  reductions: Reductions,
  report: CheckReport,
) => {
  const symmetry = reductions.symmetry && report.refusals.asymmetry === "";
  const rests = restsOf(setting, properties, { ...reductions, symmetry });
  return (alike: boolean) => ({
    ...verdictsOf(report),
    broken: brokenIn(setting, properties, report),
    ...rests(alike),
  });
};

/** Checks within a number of states; null where there are more. */
export const checkSmall = (
  setting: Setting,
  properties: readonly Property[],
  most: number,
): CheckReport | null => {
  const report = check(setting, properties, { maxStates: most });
  return report.queue > 0 ? null : report;
};
