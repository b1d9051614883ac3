/** Schedules on real processes: for every command that wants them there. */
import type { Action, Property, Protocol, Setting } from "../model/index.ts";
import type { SteeredReport, Steering } from "../real/index.ts";
import { predict } from "../sim/index.ts";
import { UsageError } from "./exit.ts";
import { colors, columns, say } from "./output.ts";

/** The real world is entered only where it is asked for: whoever checks a model needs neither Linux nor its C library. */
export const processesHere = async (): Promise<typeof import("../real/index.ts")> => {
  try {
    return await import("../real/index.ts");
  } catch (error) {
    throw new UsageError(
      `real processes need Linux with the GNU C library: ${(error as Error).message}. “papaya check” and “papaya simulate” run everywhere.`,
    );
  }
};

/** Throws a UsageError that says why, where a protocol cannot be run as processes. */
export const allowProcesses = async (protocol: Protocol, reference: string): Promise<void> => {
  const { obstacleTo } = await processesHere();
  const obstacle = obstacleTo(protocol);
  if (obstacle !== null)
    throw new UsageError(
      `${reference} cannot be run as processes: ${obstacle}. “papaya check” looks at its model.`,
    );
};

/** Runs work that replays on real processes, and ends what it started. */
export const steering = async <T>(work: (steering: Steering) => Promise<T>): Promise<T> => {
  const { ProcessTrouble, Steering } = await processesHere();
  const open = Steering.open();
  try {
    return await work(open);
  } catch (error) {
    throw error instanceof ProcessTrouble ? new UsageError(error.message) : error;
  } finally {
    open.close();
  }
};

/** Replays steps, each of which must be enabled, on real processes. */
export const replaySteps = (
  open: Steering,
  setting: Setting,
  reference: string,
  steps: readonly Action[],
  properties: readonly Property[],
): SteeredReport => open.replay(setting, reference, predict(setting, steps), properties);

/** Where model and kernel part, with both sides. */
export const sayDivergence = ({ divergence, steps }: SteeredReport): void => {
  if (divergence === null) return;
  const { step, action, because, model, real } = divergence;
  const where =
    step === 0
      ? "at the start"
      : action === null
        ? `after the last step`
        : `at step ${step}, ${action.process} ${action.call}`;
  say(colors.red(`divergence ${where}: ${because}`));
  const rows = [...model.map((line) => ["  model", line]), ...real.map((line) => ["  kernel", line])];
  if (rows.length > 0) say(columns(rows));
  say(
    `A defect of the model, of the processes, or a discovery; the ${steps.length} steps before went as predicted.`,
  );
};
