/** The corpus: schedules that once broke something, kept with the verdict that is expected of each protocol. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { overall, type Property, printSchedule, type Schedule, settingFor } from "../model/index.ts";
import { papaya } from "../model/protocols/index.ts";
import { replayAligned } from "../sim/index.ts";
import { makeDirectory } from "./directory.ts";
import { placeOf } from "./options.ts";

/** What the mended protocol makes of a schedule, step for step by process and call. */
const onPapaya = (schedule: Schedule, properties: readonly Property[]): "holds" | "violated" => {
  const report = replayAligned(settingFor(schedule, papaya), properties, schedule.steps);
  return overall(report.properties, true) === "violated" ? "violated" : "holds";
};

/** The first name that is free, or whose file says the same. */
const placeFor = (folder: string, name: string, text: string): string => {
  const names = new Set(readdirSync(folder));
  const nameOf = (nth: number) => `${name}${nth === 1 ? "" : `-${nth}`}.schedule`;
  let nth = 1;
  while (names.has(nameOf(nth)) && readFileSync(join(folder, nameOf(nth)), "utf8") !== text) nth++;
  return join(folder, nameOf(nth));
};

/** Adds schedules to the corpus; returns the paths of their files. One that is there already is left as it is. */
export const saveSchedules = (
  place: string | true,
  protocol: string,
  schedules: readonly { readonly id: string; readonly schedule: Schedule }[],
  properties: readonly Property[],
): string[] => {
  const folder = join(placeOf(place), protocol);
  if (schedules.length > 0) makeDirectory(folder);
  return schedules.map(({ id, schedule }) => {
    const expect = { [schedule.protocol]: "violated", papaya: onPapaya(schedule, properties) } as const;
    const text = printSchedule({ ...schedule, expect });
    const path = placeFor(folder, id, text);
    writeFileSync(path, text);
    return path;
  });
};
