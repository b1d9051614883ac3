/** What was measured, as it stands in a file. */
import { cpus, release, totalmem } from "node:os";
import type { Measured } from "./measurement.ts";
import type { Profile } from "./profile.ts";
import { type Group, keyOf, rows } from "./rows.ts";

export interface Result {
  readonly group: Group;
  readonly name: string;
  /** Null where the search cannot do it yet, or was not asked to. */
  readonly ours: Measured | null;
  /** Null where Spin is not there, or has no text for it. */
  readonly spin: Measured | null;
}

/** On what it was measured: figures of two machines are not to be compared, nor put into one table. */
export interface Machine {
  readonly processor: string;
  readonly cores: number;
  /** In GiB. */
  readonly memory: number;
  readonly system: string;
  readonly node: string;
  readonly spin: string;
  readonly gcc: string;
}

export interface Results {
  readonly machine: Machine;
  readonly measured: readonly Result[];
  readonly profiles: readonly Profile[];
}

export const thisMachine = (versions: readonly string[]): Machine => ({
  processor: cpus()[0]?.model ?? "unknown",
  cores: cpus().length,
  memory: Math.round(totalmem() / 1024 ** 3),
  system: `Linux ${release().split("-")[0]}`,
  node: process.version,
  spin: versions[0] ?? "none",
  gcc: versions[1] ?? "none",
});

/** Earlier results with the later ones in the place of theirs, in the order of the rows; rows that are gone are left out. */
export const merge = (earlier: Results, later: Results): Results => {
  const measured = new Map([...earlier.measured, ...later.measured].map((one) => [keyOf(one), one]));
  const profiles = new Map([...earlier.profiles, ...later.profiles].map((one) => [one.name, one]));
  return {
    machine: later.machine,
    measured: rows.flatMap((row) => measured.get(keyOf(row)) ?? []),
    profiles: rows.flatMap((row) => profiles.get(keyOf(row)) ?? []),
  };
};
