/** The states of rest that a search finds, as texts: equal exactly where they differ by no more than who is which client. */
import type { Property, Setting } from "../../model/index.ts";
import { Search } from "../../sim/checker/search.ts";
import type { Reductions } from "../../sim/checker/space.ts";
import { canonical } from "../../sim/engine/columns.ts";
import type { Edge } from "../../sim/engine/product.ts";
import { permutationsOf, type Renaming } from "../../sim/engine/renaming.ts";
import type { Value } from "../../sim/kernel/index.ts";
import { finish } from "../../sim/progress.ts";

type State = readonly (readonly [string, Value])[];

const stateIn = ({ blocks }: Search, vector: Int32Array): State =>
  Array.from({ length: blocks.columns.count }, (_, column): [string, Value] => {
    const name = blocks.columns.nameOf(column);
    return [name, blocks.valueIn<Value>(vector, { name })];
  }).filter(([, value]) => value !== null);

const textOf = (state: State): string => canonical(Object.fromEntries(state));

/** The least of all texts that a state has under permutations of alike clients. */
const orbitOf = (state: State, renamings: readonly Renaming[]): string =>
  [
    textOf(state),
    ...renamings.map((renaming) =>
      textOf(state.map(([cell, value]) => [renaming.cell(cell), renaming.value(cell, value)])),
    ),
  ].sort()[0] as string;

/** With `alike`, states that differ by a permutation of clients are one. */
export const restsOf = (
  setting: Setting,
  properties: readonly Property[],
  reductions: Reductions,
): ((alike: boolean) => readonly string[]) => {
  const search = new Search(setting, properties, reductions);
  finish(search.run());
  const edges: Edge[] = [];
  const found: State[] = [];
  for (let state = 0; state < search.states.count; state++) {
    const vector = search.load(state);
    if (search.edgesOf(vector, edges)) found.push(stateIn(search, vector));
  }
  const { renamings } = permutationsOf(setting);
  return (alike) => [...new Set(found.map((state) => orbitOf(state, alike ? renamings : [])))].sort();
};
