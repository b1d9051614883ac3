/** What is measured: one row each, as data. */
import type { Bounds } from "../../model/index.ts";
import { hasReductions } from "./subject.ts";
import type { Subject } from "./subject.ts";

/** The headings of the tables, and what each says. */
export const groups = {
  full: "Full search, order kept",
  "full-dropped": "Full search, order dropped",
  kept: "All reductions of both, order kept",
  dropped: "All reductions of both, order dropped",
  papaya: "papaya, the whole protocol",
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
  /** `-w`: two to the power of that many slots in its table. */
  readonly slots: number;
}

export interface Row {
  readonly group: Group;
  /** Of all rows of one group, another one each. */
  readonly name: string;
  readonly ours: Subject;
  readonly spin: SpinRun | null;
  /** What is to be reached. */
  readonly aim: string;
  /** Whether it ends within seconds. */
  readonly isQuick: boolean;
}

export const keyOf = ({ group, name }: Row): string => `${group} ${name}`;

/** Tables of Spin that are too small make it slow, and those that are too large as well. */
const slotsFor = (clients: number, messages: number): number =>
  clients * messages > 4 || clients > 3 ? 27 : 22;

/** The Promela text has a signal for so many. */
const mostClientsOfSpin = 4;

const miniature = (
  group: "full" | "full-dropped" | "kept" | "dropped" | "growth",
  [clients, messages]: readonly [number, number],
  rest: { readonly aim?: string; readonly isQuick?: boolean; readonly reduced?: boolean } = {},
): Row => {
  const { aim = "", isQuick = false, reduced = group === "kept" || group === "dropped" } = rest;
  const keepsOrder = group !== "dropped" && group !== "full-dropped";
  const spin = { clients, messages, keepsOrder, reduced, slots: slotsFor(clients, messages) };
  return {
    ...{ group, aim, isQuick, name: `miniature ${clients}x${messages}` },
    ours: { of: "miniature", clients, messages, keepsOrder, reduced },
    spin: clients > mostClientsOfSpin ? null : spin,
  };
};
