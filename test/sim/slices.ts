/** What a search that leaves out data finds, in a form that can be compared with what a full one finds. */
import type { Property, Setting } from "../../model/index.ts";
import { Search } from "../../sim/checker/search.ts";
import { slicing } from "../../sim/checker/slicing.ts";
import { none } from "../../sim/checker/space.ts";
import { canonical } from "../../sim/engine/canonical.ts";
import { forgottenIn } from "../../sim/engine/contents.ts";
import { labelsIn, templateOf } from "../../sim/engine/labels.ts";
import { kindOfCell, type Slice, whole } from "../../sim/engine/slice.ts";
import type { Cells, Value } from "../../sim/kernel/index.ts";
import { finish } from "../../sim/progress.ts";
import { restsIn } from "./rests.ts";

type State = Readonly<Record<string, Value>>;

const textOf = (state: State, { unread }: Slice): string =>
  canonical(
    Object.fromEntries(
      Object.entries(state).filter(([cell]) => cell !== "said/log" && !unread.has(kindOfCell(cell))),
    ),
  );

const restsOf = (setting: Setting, properties: readonly Property[], slice: Slice): State[] => {
  const search = new Search(setting, properties, none, slice);
  finish(search.run());
  return restsIn(search).map((state) => Object.fromEntries(state));
};

/** All texts of states that a state with labels may stand for. */
const instancesOf = (state: State, slice: Slice): string[] => {
  const labels = labelsIn(state, new Set());
  const template = templateOf<Value>(state);
  if (slice.labels === null || template === null) return [textOf(state, slice)];
  const cells = { get: ({ name }: { readonly name: string }) => state[name] ?? null } as unknown as Cells;
  const within = forgottenIn(cells);
  return Array.from(slice.labels.assignments(labels, within), (letterOf) =>
    textOf(template(letterOf) as State, slice),
  );
};

/**
 * How the states of rest of a search that leaves out what `slice` says compare with those of a full one: those that it has
 * missed, and those of its own that stand for none. Throws where something matters that was left out.
 */
export const compareRests = (setting: Setting, properties: readonly Property[], slice: Slice) => {
  const full = new Set(restsOf(setting, properties, whole).map((state) => textOf(state, slice)));
  const sliced = restsOf(setting, properties, slice).map((state) => instancesOf(state, slice));
  const covered = new Set(sliced.flat());
  return {
    missed: [...full].filter((state) => !covered.has(state)),
    invented: sliced.filter((instances) => !instances.some((state) => full.has(state))),
  };
};

/** What is guessed that need not be in a state. */
export const guessed = (setting: Setting, properties: readonly Property[]): Slice =>
  finish(slicing(setting, properties)).slice;
