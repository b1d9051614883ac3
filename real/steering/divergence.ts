/** Where the real kernel does otherwise than the model says. */
import {
  type Action,
  describeObservation,
  type Observation,
  type ProcessName,
  type Result,
} from "../../model/index.ts";

/** A defect of the model, of the runtime, or a discovery. */
export interface Divergence {
  /** The number of the step, from 1; 0 for the start, one more than there are for the end. */
  readonly step: number;
  readonly action: Action | null;
  readonly because: string;
  /** What only the model says, and what only the kernel says. */
  readonly model: readonly string[];
  readonly real: readonly string[];
}

/** Ends a replay. */
export class Diverged extends Error {
  constructor(
    readonly because: string,
    readonly model: readonly string[] = [],
    readonly real: readonly string[] = [],
  ) {
    super(because);
  }
}

const withoutSignals = (observation: Observation, names: ReadonlySet<ProcessName>): Observation => ({
  ...observation,
  processes: Object.fromEntries(
    Object.entries(observation.processes).map(([name, process]) => [
      name,
      names.has(name as ProcessName) ? { ...process, signals: {} } : process,
    ]),
  ),
});

/** Throws {@link Diverged} where two kernels say different things; the masks of those who wait in a call are left out. */
export const compareObservations = (
  model: Observation,
  real: Observation,
  waiting: ReadonlySet<ProcessName> = new Set(),
): void => {
  const ours = describeObservation(withoutSignals(model, waiting));
  const theirs = describeObservation(withoutSignals(real, waiting));
  const [known, found] = [new Set(ours), new Set(theirs)];
  const onlyModel = ours.filter((line) => !found.has(line));
  const onlyReal = theirs.filter((line) => !known.has(line));
  if (onlyModel.length + onlyReal.length > 0)
    throw new Diverged("the kernel says otherwise than the model", onlyModel, onlyReal);
};

/** Where in its file a transfer took place, as far as that is known. */
export const placeIn = (result: Result | null): number | undefined =>
  result !== null && "at" in result ? result.at : undefined;
