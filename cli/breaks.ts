/** What is made of a simulated run that breaks something: a schedule of it, shown, written, kept. */
import {
  type Action,
  type Property,
  type PropertyVerdict,
  type Schedule,
  type Setting,
  scheduleOf,
} from "../model/index.ts";
import { replay, shrinking } from "../sim/index.ts";
import { saveSchedules } from "./corpus.ts";
import { drive, type Interruption } from "./drive.ts";
import { count, say, writeSchedule } from "./output.ts";
import { showRun } from "./report.ts";

/** Shrinking replays the run many times over; longer ones are shown as they are. */
const longestShrunk = 3_000;

/** The schedule of a run whose last step breaks a property, shrunk where that is wanted and the run is not too long. */
export const brokenSchedule = async (
  setting: Setting,
  property: Property,
  { id, name, because }: Pick<PropertyVerdict, "id" | "name" | "because">,
  steps: readonly Action[],
  reference: string,
  wantsShrinking: boolean,
  interruption: Interruption,
): Promise<Schedule> => {
  const small =
    wantsShrinking && steps.length <= longestShrunk
      ? await drive(
          shrinking(setting, property, steps),
          `shrinking the schedule that breaks ${id}`,
          (runs) => `${count(runs)} runs`,
          () => interruption.isAsked,
        )
      : null;
  const broken = { property: `${id} ${name}`, because: small?.result?.because ?? because };
  return scheduleOf(setting, small?.result?.steps ?? steps, broken, reference);
};

/** A schedule as an annotated strace, judged by the property that it breaks. */
export const showSchedule = (setting: Setting, property: Property, { steps }: Schedule): string =>
  showRun(replay(setting, [property], steps));

/** Writes schedules where `--schedule-out` and `--save` want them, and tells so unless standard output is the report's. */
export const leaveSchedules = (
  schedules: ReadonlyMap<Property, Schedule>,
  protocol: string,
  properties: readonly Property[],
  {
    scheduleOut,
    save,
    json,
  }: {
    readonly scheduleOut?: string;
    readonly save?: string | true;
    readonly json?: string;
  },
): void => {
  const tell = (text: string): void => {
    if (json !== "-") say(text);
  };
  const broken = [...schedules].map(([{ id }, schedule]) => ({ id, schedule }));
  if (scheduleOut !== undefined)
    for (const { id, schedule } of broken) tell(`wrote ${writeSchedule(scheduleOut, id, schedule)}`);
  if (save !== undefined)
    for (const path of saveSchedules(save, protocol, broken, properties)) tell(`kept ${path}`);
};
