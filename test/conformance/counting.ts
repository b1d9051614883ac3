/** What a worker of `npm run conformance` counts. */
import fc from "fast-check";
import { showAction } from "../../model/index.ts";
import { Steering } from "../../real/index.ts";
import { type Confrontation, confront } from "./confrontation.ts";
import { course, scheduleOfProgram } from "./programs.ts";
import { objectsReached, resultsReached, wantedResults } from "./reach.ts";

/** Sums over many programs. */
export interface Counted {
  readonly programs: number;
  readonly steps: number;
  readonly processes: number;
  /** Results of calls, and transitions of lock and signals, that the real kernel has shown. */
  readonly results: readonly string[];
  readonly objects: readonly string[];
  /** Results that it has given and that no call may give, as the model has it. */
  readonly odd: readonly string[];
  /** Each where the kernels parted: both sides, and the shortest program that shows it. */
  readonly failures: readonly string[];
}

export const nothing: Counted = {
  ...{ programs: 0, steps: 0, processes: 0 },
  ...{ results: [], objects: [], odd: [], failures: [] },
};

const union = (a: readonly string[], b: readonly string[]): string[] => [...new Set([...a, ...b])].sort();

export const merge = (a: Counted, b: Counted): Counted => ({
  programs: a.programs + b.programs,
  steps: a.steps + b.steps,
  processes: a.processes + b.processes,
  results: union(a.results, b.results),
  objects: union(a.objects, b.objects),
  odd: union(a.odd, b.odd),
  failures: [...a.failures, ...b.failures],
});

/** Programs that are drawn from one seed. */
const chunk = 50;

const countOne = ({ steps, processes, confirmed }: Confrontation): Counted => {
  const results = [...resultsReached([confirmed])];
  const known = new Set(wantedResults());
  return {
    ...nothing,
    ...{ programs: 1, steps: steps.length, processes, results },
    objects: [...objectsReached([confirmed])],
    odd: results.filter((one) => !known.has(one)),
  };
};

const describe = ({ divergence }: Confrontation, schedule: readonly string[]): string =>
  [
    `${divergence?.because}, step ${divergence?.step}`,
    ...(divergence?.model ?? []).map((line) => `  model   ${line}`),
    ...(divergence?.real ?? []).map((line) => `  kernel  ${line}`),
    ...schedule.slice(0, divergence?.step).map((line, at) => `  ${String(at + 1).padStart(4)}  ${line}`),
  ].join("\n");

export const count = async (
  share: { readonly worker: number; readonly workers: number; readonly runs: number; readonly seed: number },
  tell: (counted: Counted) => void,
): Promise<void> => {
  const steering = Steering.open();
  let total = nothing;
  try {
    for (let at = share.worker; at * chunk < share.runs; at += share.workers) {
      let worst = "";
      const property = fc.property(course, (one) => {
        const confrontation = confront(steering, one);
        total = merge(total, countOne(confrontation));
        if (confrontation.divergence === null) return true;
        worst = describe(confrontation, scheduleOfProgram(one.program, one.segments).map(showAction));
        return false;
      });
      const seed = share.seed * 1_000_003 + at;
      const { failed } = fc.check(property, { seed, numRuns: Math.min(chunk, share.runs - at * chunk) });
      // The last that failed is the smallest: shrinking goes down.
      if (failed) total = merge(total, { ...nothing, failures: [`seed ${seed}: ${worst}`] });
      tell(total);
      await new Promise((done) => setImmediate(done));
    }
  } finally {
    steering.close();
  }
};
