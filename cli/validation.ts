/** `papaya run --validate`: whether what real processes did is a behaviour of the model, and what to say of it. */
import { showRequest } from "../model/index.ts";
import type { ProcessesReport } from "../real/index.ts";
import { allowanceNames, type Validation, validating } from "../sim/index.ts";
import { drive, type Interruption } from "./drive.ts";
import { type ExitCode, exitCodes } from "./exit.ts";
import { colors, count } from "./output.ts";

/** Searches for an order of the run's steps; as long as nobody interrupts it, and no longer than so many seconds. */
export const validateRun = async (
  { setting, events }: ProcessesReport,
  interruption: Interruption,
  maxSeconds: number,
): Promise<Validation> => {
  const { result } = await drive(
    validating(setting, events),
    "validating",
    ({ tried, done, total }) =>
      `${count(done)} of ${count(total)} calls in order, ${count(tried)} steps tried`,
    (seconds) => interruption.isAsked || seconds > maxSeconds,
  );
  return result;
};

/** What the process did; where it returned or ended, the reason says so itself. */
const deedOf = ({ event }: NonNullable<Validation["first"]>): string =>
  event.type === "call" ? ` called ${showRequest(event.request).slice(0, longest)}` : "";

const shownAllowances = ({ allowances }: Validation): string => {
  const used = Object.entries(allowances).map(([name, times]) => `${name} ${times}`);
  return used.length === 0 ? "no allowances" : `allowances: ${used.join(", ")}`;
};

/** What a reader is told, a line each. */
export const validationLines = (validation: Validation): readonly string[] => {
  const { verdict, steps, first, allowances, tried } = validation;
  if (verdict === "unknown")
    return [colors.yellow(`not validated: no order found and none ruled out in ${count(tried)} steps`)];
  if (verdict === "behaviour") {
    const order = `validated: ${count(steps.length)} steps in an order that the model allows (${shownAllowances(validation)})`;
    const told = Object.entries(allowanceNames).filter(([name]) => name in allowances);
    return [order, ...told.map(([name, says]) => `  ${name}: ${says}`)];
  }
  if (first === null) return [colors.red("none of the model's behaviours")];
  return [
    colors.red("none of the model's behaviours: whatever the order of what overlaps, it has no"),
    `  ${first.process}${deedOf(first)}: ${first.because.slice(0, longest)}`,
    `  after ${count(steps.length)} steps (${shownAllowances(validation)})`,
  ];
};

const longest = 400;

/** The same for machines. */
export const validationFields = ({ verdict, steps, first, allowances, tried }: Validation) => ({
  verdict,
  steps: steps.length,
  tried,
  allowances,
  first,
});

/** How the command ends where nothing else went wrong. */
export const validationCode = ({ verdict }: Validation): ExitCode => {
  if (verdict === "behaviour") return exitCodes.holds;
  return verdict === "unknown" ? exitCodes.unknown : exitCodes.diverged;
};
