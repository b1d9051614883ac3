/** The states of rest that a search finds, and the steps that it takes, as texts: equal exactly where they differ by no more than who is which client. */
import { vi } from "vitest";
import type { Property, Setting } from "../../model/index.ts";
import { Search } from "../../sim/checker/search.ts";
import type { Reductions } from "../../sim/checker/space.ts";
import { canonical } from "../../sim/engine/canonical.ts";
import { type Edge, Product } from "../../sim/engine/product.ts";
import { permutationsOf, type Renaming } from "../../sim/engine/renaming.ts";
import type { Value } from "../../sim/kernel/index.ts";
import { finish } from "../../sim/progress.ts";
import { Sweep } from "../../sim/sweep/sweep.ts";

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

/** The states of rest of a search that remembers its states. */
export const restsIn = (search: Search): State[] => {
  const edges: Edge[] = [];
  const found: State[] = [];
  for (let state = 0; state < search.states.count; state++) {
    const vector = search.load(state);
    if (search.edgesOf(vector, edges)) found.push(stateIn(search, vector));
  }
  return found;
};

/** A sweep remembers no states, but asks the properties about every one that is at rest. */
const sweptRestsOf = (search: Search): State[] => {
  const { product } = search;
  for (;;) {
    const found: State[] = [];
    const judge = vi.spyOn(product, "quiescenceOf").mockImplementation((vector) => {
      found.push(stateIn(search, vector));
      return Product.prototype.quiescenceOf.call(product, vector);
    });
    const result = finish(new Sweep(search).run());
    judge.mockRestore();
    if (result !== null) return found;
  }
};

/**
 * The states of rest, and the events of all steps that are ever taken, whatever the order. With `alike`, states that differ by
 * a permutation of clients are one, and steps are not told.
 */
export const restsOf = (
  setting: Setting,
  properties: readonly Property[],
  reductions: Reductions,
): ((alike: boolean) => { readonly rests: readonly string[]; readonly steps: readonly string[] }) => {
  const search = new Search(setting, properties, reductions);
  const { complete } = finish(search.run(reductions.order ? reductions.learning : undefined));
  const found = complete ? restsIn(search) : sweptRestsOf(search);
  const { renamings } = permutationsOf(setting);
  const steps = search.product.edges.filter(({ taken }) => taken).map(({ told }) => told);
  return (alike) => ({
    rests: [...new Set(found.map((state) => orbitOf(state, alike ? renamings : [])))].sort(),
    steps: alike ? [] : [...new Set(steps)].sort(),
  });
};
