/** Results as rows of text: for a terminal and for a page. */
import { count } from "../../cli/output.ts";
import {
  type Measured,
  type Measurement,
  type Ratio,
  rateOf,
  rateRatio,
  stepRateOf,
  timeRatio,
} from "./measurement.ts";
import type { Profile, Share } from "./profile.ts";
import type { Result } from "./results.ts";
import { type Group, keyOf, rows } from "./rows.ts";

const none = "–";

/** Three digits that count. */
const digits = (value: number): string =>
  value >= 100 ? count(Math.round(value)) : value >= 10 ? value.toFixed(1) : value.toFixed(2);

export const showRatio = (ratio: Ratio | null): string => {
  if (ratio === null) return none;
  const sign = { exactly: "", less: "< ", more: "> " }[ratio.is];
  return `${sign}${digits(ratio.value)}`;
};

const showPerSecond = (value: number): string =>
  value >= 1e6 ? `${digits(value / 1e6)} M` : count(Math.round(value));

/** What stopped a search before its end stands behind its time. */
const showSeconds = ({ ended, seconds }: Measurement): string =>
  ended === "complete" ? digits(seconds) : `> ${digits(seconds)} (${ended})`;

const showStates = ({ ended, states }: Measurement): string =>
  `${ended === "complete" ? "" : "> "}${count(states)}`;

const showMemory = ({ memory }: Measurement): string => count(Math.round(memory / 1024 ** 2));

const searched = (one: Measured | null): string[] =>
  one === null
    ? [none, none, none, none]
    : [
        one.verdict === "violated" ? `${showStates(one)} VIOLATED` : showStates(one),
        showSeconds(one),
        one.seconds > 0 ? showPerSecond(rateOf(one)) : none,
        showMemory(one),
      ];

const sides = (title: string): string[] => [`${title}: states`, "s", "states/s", "MiB"];

const aimOf = (result: Result): string => rows.find((row) => keyOf(row) === keyOf(result))?.aim ?? "";

/** Columns in which no row has anything are left out. */
const withoutEmpty = (cells: readonly (readonly string[])[]): string[][] => {
  const used = (column: number) => cells.slice(1).some((row) => !["", none].includes(row[column] ?? ""));
  return cells.map((row) => row.filter((_, column) => column === 0 || used(column)));
};

const simulationTable = (results: readonly Result[]): string[][] => [
  ["", "steps", "s", "steps/s", "MiB", "to reach"],
  ...results.map((result) => {
    const { name, ours } = result;
    if (ours === null) return [name, none, none, none, none, aimOf(result)];
    const figures = [
      count(ours.transitions),
      showSeconds(ours),
      showPerSecond(stepRateOf(ours)),
      showMemory(ours),
    ];
    return [name, ...figures, aimOf(result)];
  }),
];

const searchTable = (results: readonly Result[]): string[][] => [
  ["", ...sides("ours"), ...sides("Spin"), "rate, ours/Spin", "time, ours/Spin", "to reach"],
  ...results.map((result) => {
    const { name, ours, spin } = result;
    const both = ours !== null && spin !== null;
    const ratios = [both ? rateRatio(ours, spin) : null, both ? timeRatio(ours, spin) : null];
    return [name, ...searched(ours), ...searched(spin), ...ratios.map(showRatio), aimOf(result)];
  }),
];

/** The table of a group: its header, and a row for each result; null where there is no result. */
export const tableOf = (group: Group, all: readonly Result[]): string[][] | null => {
  const results = all.filter((result) => result.group === group);
  if (results.length === 0) return null;
  return withoutEmpty(group === "simulation" ? simulationTable(results) : searchTable(results));
};

const showShare = (share: Share | undefined): string[] =>
  share === undefined ? ["", ""] : [share.where, `${(100 * share.share).toFixed(1)} %`];

/** Who takes the time, beside who allocates. */
export const profileTable = ({ time, allocation }: Profile): string[][] => [
  ["time", "share", "allocation", "share"],
  ...time.map((share, at) => [...showShare(share), ...showShare(allocation[at])]),
];

const rangeOf = (values: readonly number[]): string => {
  const [least, most] = [Math.min(...values), Math.max(...values)].map((value) => value.toFixed(1));
  return least === most ? `${least} s` : `${least} to ${most} s`;
};

/** What is left out of the times, as it was. */
export const startUpText = (results: readonly Result[]): string => {
  const of = (side: "ours" | "spin") => results.flatMap((result) => result[side]?.startUp ?? []);
  const parts = [
    ...(of("ours").length > 0 ? [`Node, loading and warming up took ${rangeOf(of("ours"))}`] : []),
    ...(of("spin").length > 0 ? [`spin -a and gcc ${rangeOf(of("spin"))}`] : []),
  ];
  return `Left out of the times: ${parts.join(", ")}.`;
};
