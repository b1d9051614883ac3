/** What is measured: one row each, as data. */
import type { Budget } from "../../model/index.ts";
import type { Subject } from "./subject.ts";
import type { WarmUp } from "./worker.ts";

/** The tables, and their headings. */
export const groups = {
  full: "Full search, order kept",
  "full-dropped": "Full search, order dropped",
  reduced: "All reductions of both, order kept",
  "reduced-dropped": "All reductions of both, order dropped",
  papaya: "The whole protocol",
  simulation: "Simulation",
  growth: "Growth",
} as const;

export type Group = keyof typeof groups;

/** How Spin is run on the Promela text. */
export interface SpinRun {
  readonly clients: number;
  readonly messages: number;
  /** `-o2`: without it, what no assertion reads is left out, and that is the order of the log. */
  readonly keepsOrder: boolean;
  /** Without it: `-DNOREDUCE`. */
  readonly reduced: boolean;
  /** `-w`: its table has two to the power of that many slots. */
  readonly slotBits: number;
}

export interface Row {
  readonly group: Group;
  /** No two rows of a group have the same. */
  readonly name: string;
  readonly ours: Subject;
  readonly spin: SpinRun | null;
  /** What is to be reached, where that is settled. */
  readonly aim: string;
  readonly warmUp: WarmUp;
  /** Whether it ends within seconds. */
  readonly isQuick: boolean;
  /** Whether it is watched at work as well. */
  readonly isProfiled: boolean;
}

export const keyOf = ({ group, name }: Pick<Row, "group" | "name">): string => `${group} ${name}`;

/** What differs in size alone is of one series. */
export const seriesOf = ({ of, ...subject }: Subject): string =>
  `${of}${"reduced" in subject && subject.reduced ? ", reduced" : ""}`;

interface Extra {
  readonly warmUp?: WarmUp;
  readonly aim?: string;
  readonly isQuick?: boolean;
  readonly isProfiled?: boolean;
}

const plain = { aim: "", warmUp: "small", isQuick: false, isProfiled: false } as const;

/** A table of Spin's that is too small makes it slow; one that is too large does, too. Most spaces are small or very large. */
const slotBitsFor = (clients: number, messages: number, keepsOrder: boolean): number => {
  const isMiddling = clients === 2 ? messages === 4 : clients === 3 && messages === 2 && !keepsOrder;
  if (isMiddling) return 24;
  return clients > 3 || clients * messages > 5 + clients || (clients === 3 && messages > 1) ? 27 : 22;
};

/** The Promela text has signals for so many clients. */
const mostClientsOfSpin = 4;

const miniature = (
  group: Group,
  reduced: boolean,
  clients: number,
  messages: number,
  extra: Extra = {},
): Row => {
  const keepsOrder = !group.endsWith("dropped");
  const size = { clients, messages, keepsOrder, reduced };
  return {
    ...{ group, ...plain, ...extra },
    name: `miniature${group === "growth" && reduced ? " reduced" : ""} ${clients}x${messages}${extra.warmUp === "none" ? ", cold" : ""}`,
    ours: { of: "miniature", ...size },
    spin:
      clients > mostClientsOfSpin ? null : { ...size, slotBits: slotBitsFor(clients, messages, keepsOrder) },
  };
};

const faultsText = (faults: Budget): string =>
  Object.entries(faults)
    .map(([name, times]) => ` ${name}=${times}`)
    .join("");

const papaya = (
  group: Group,
  reduced: boolean,
  clients: number,
  messages: number,
  extra: Extra & { readonly faults?: Budget } = {},
): Row => {
  const { faults = {}, ...rest } = extra;
  return {
    ...{ group, ...plain, ...rest },
    name: `papaya${reduced ? " reduced" : ""} ${clients}x${messages}${faultsText(faults)}`,
    ours: { of: "papaya", clients, messages, faults, reduced },
    spin: null,
  };
};

/** Many runs, on all cores. With so many of them that most have nothing left to learn, the name says so. */
const simulation = (clients: number, messages: number, runs: number, extra: Extra = {}): Row => ({
  ...{ group: "simulation", ...plain, isQuick: true, ...extra },
  name: `papaya ${clients}x${messages}${extra.isQuick === false ? `, ${runs.toLocaleString("en")} runs` : ""}`,
  ours: { of: "runs", clients, messages, runs },
  spin: null,
});

/** One thread that makes runs with few seeds, over and over: about as many steps apart, whatever the size. */
const repeated = (clients: number, steps: number): Row => ({
  ...{ group: "simulation", name: `papaya ${clients}x20, seeds again`, ...plain, isQuick: true },
  ours: { of: "simulation", clients, messages: 20, steps, seeds: Math.max(1, Math.round(20 / clients)) },
  spin: null,
});

/** Every size up to so many clients and messages, smaller ones first. */
const sizes = (clients: number, messages: number): (readonly [number, number])[] =>
  Array.from({ length: clients }, (_, client) =>
    Array.from({ length: messages }, (_, message) => [client + 1, message + 1] as const),
  ).flat();

export const rows: readonly Row[] = [
  miniature("full", false, 2, 2, { warmUp: "same", isQuick: true }),
  miniature("full", false, 2, 3, { warmUp: "same", isQuick: true, aim: "rate ≥ 1" }),
  miniature("full", false, 2, 3, { warmUp: "none", isQuick: true }),
  miniature("full", false, 3, 1, { warmUp: "same", isQuick: true, isProfiled: true, aim: "rate ≥ 1" }),
  miniature("full-dropped", false, 2, 3, { warmUp: "same", isQuick: true }),
  miniature("full-dropped", false, 3, 1, { warmUp: "same", isQuick: true }),
  miniature("reduced", true, 2, 3, { warmUp: "same", isQuick: true }),
  miniature("reduced", true, 3, 1, { warmUp: "same", isQuick: true, aim: "time ≤ 0.33" }),
  miniature("reduced", true, 3, 1, { warmUp: "none", isQuick: true }),
  miniature("reduced", true, 2, 5, { aim: "proved" }),
  miniature("reduced", true, 3, 2, { aim: "proved, under 60 s and 4 GiB" }),
  miniature("reduced", true, 4, 1, { aim: "proved" }),
  miniature("reduced-dropped", true, 3, 1, { warmUp: "same", isQuick: true }),
  miniature("reduced-dropped", true, 3, 2, { aim: "time ≤ 0.33" }),
  miniature("reduced-dropped", true, 4, 1, { aim: "time ≤ 0.33" }),
  miniature("reduced-dropped", true, 3, 3, { aim: "as far as ten minutes go" }),
  miniature("reduced-dropped", true, 5, 1, { aim: "as far as ten minutes go" }),
  miniature("reduced-dropped", true, 4, 2, { aim: "as far as ten minutes go" }),
  papaya("papaya", false, 2, 1, { isQuick: true, isProfiled: true, aim: "under 30 s" }),
  papaya("papaya", false, 2, 1, { isQuick: true, isProfiled: true, faults: { crash: 1 } }),
  papaya("papaya", true, 2, 2, { aim: "proved" }),
  papaya("papaya", true, 2, 1, { aim: "proved", faults: { crash: 1, "daemon-restart": 1 } }),
  papaya("papaya", true, 3, 1, { aim: "proved" }),
  papaya("papaya", true, 3, 1, { aim: "as far as ten minutes go", faults: { crash: 1 } }),
  papaya("papaya", true, 2, 4, { aim: "as far as ten minutes go" }),
  papaya("papaya", true, 4, 1, { aim: "as far as ten minutes go" }),
  simulation(5, 1, 20_000),
  simulation(5, 1, 300_000, { aim: "1,000,000 steps/s", isQuick: false }),
  simulation(10, 1, 600),
  simulation(20, 1, 150),
  simulation(50, 1, 30),
  simulation(5, 20, 500),
  simulation(10, 20, 200),
  simulation(20, 20, 80),
  simulation(50, 20, 20),
  repeated(5, 1_500_000),
  repeated(10, 1_500_000),
  repeated(20, 1_500_000),
  repeated(50, 500_000),
  ...[false, true].flatMap((reduced) =>
    sizes(5, 6).map(([clients, messages]) => miniature("growth", reduced, clients, messages)),
  ),
  ...[false, true].flatMap((reduced) =>
    sizes(3, 4).map(([clients, messages]) => papaya("growth", reduced, clients, messages)),
  ),
];
