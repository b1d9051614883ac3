/** Measures rows one after the other, ours and Spin's by turns. */
import { type Measured, type Measurement, summarize } from "./measurement.ts";
import { measureOurs, profileOurs } from "./ours.ts";
import type { Profile } from "./profile.ts";
import type { Result } from "./results.ts";
import { keyOf, type Row, seriesOf } from "./rows.ts";
import type { Limits, Running } from "./running.ts";
import type { Spin } from "./spin.ts";

export interface Means {
  /** Null where it is to be left out, or is not installed. */
  readonly spin: Spin | null;
  readonly running: Running;
  readonly limits: Limits;
  /** How often what ends soon is measured. */
  readonly rounds: number;
}

/** What takes longer than this many seconds is measured once. */
const longEnough = 30;

/** Of growth, where every size is one of many. */
const growthLimit = 60;

type Side = "ours" | "spin";

/** Whether the same search did not end for a size that is no larger: then this one would not, either. */
const isBeyond = (row: Row, side: Side, rows: readonly Row[], results: readonly Result[]): boolean =>
  results.some((result) => {
    const other = rows.find((one) => keyOf(one) === keyOf(result))?.ours;
    const measured = result[side];
    if (result.group !== row.group || other === undefined || measured === null) return false;
    const isAlike = seriesOf(other) === seriesOf(row.ours);
    const isNoLarger = other.clients <= row.ours.clients && other.messages <= row.ours.messages;
    return isAlike && isNoLarger && measured.ended !== "complete";
  });

const limitsFor = (row: Row, limits: Limits): Limits =>
  row.group === "growth" ? { ...limits, maxSeconds: Math.min(limits.maxSeconds, growthLimit) } : limits;

const isOver = (measurements: readonly Measurement[]): boolean =>
  measurements.some(({ ended, seconds }) => ended !== "complete" || seconds > longEnough);

const summary = (measurements: readonly Measurement[]): Measured | null =>
  measurements.length === 0 ? null : summarize(measurements);

/** Ours, Spin's, ours, Spin's and so on: machines drift, and so both drift alike. */
const measureRow = async (row: Row, sides: readonly Side[], means: Means): Promise<Result> => {
  const { spin, running, limits } = means;
  const rounds = row.group === "growth" ? 1 : means.rounds;
  const taken: Record<Side, Measurement[]> = { ours: [], spin: [] };
  for (let round = 1; round <= rounds; round++)
    for (const side of sides) {
      if (running.isInterrupted || isOver(taken[side])) continue;
      const what = `${keyOf(row)}, ${side === "ours" ? "ours" : "Spin"}, round ${round} of ${rounds}`;
      if (side === "ours")
        taken.ours.push(await measureOurs(row.ours, what, row.warmUp, limitsFor(row, limits), running));
      else if (spin !== null && row.spin !== null)
        taken.spin.push(await spin.measure(row.spin, what, limitsFor(row, limits)));
    }
  return { group: row.group, name: row.name, ours: summary(taken.ours), spin: summary(taken.spin) };
};

/** Measures, and yields what each row came to; ends early where somebody asks for it. */
export async function* measuring(rows: readonly Row[], means: Means): AsyncGenerator<Result> {
  const results: Result[] = [];
  for (const row of rows) {
    if (means.running.isInterrupted) return;
    const hasSpin = means.spin !== null && row.spin !== null;
    const isGrowth = row.group === "growth";
    const sides = (hasSpin ? (["ours", "spin"] as const) : (["ours"] as const)).filter(
      (side) => !(isGrowth && isBeyond(row, side, rows, results)),
    );
    if (sides.length === 0) continue;
    const result = await measureRow(row, sides, means);
    results.push(result);
    yield result;
  }
}

/** Watches rows at work, and yields what was seen. */
export async function* profiling(rows: readonly Row[], { limits, running }: Means): AsyncGenerator<Profile> {
  for (const row of rows) {
    if (running.isInterrupted) return;
    const profile = await profileOurs(row.ours, keyOf(row), limits, running);
    if (profile !== null) yield profile;
  }
}
