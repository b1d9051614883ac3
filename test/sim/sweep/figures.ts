/** What a sweep and a search must agree on. */
import { expect } from "vitest";
import type { Property, Setting } from "../../../model/index.ts";
import { Search, type SearchResult } from "../../../sim/checker/search.ts";
import { none, Space } from "../../../sim/checker/space.ts";
import { finish } from "../../../sim/index.ts";
import { Sweep, type SweepResult } from "../../../sim/sweep/sweep.ts";

export const sweep = (setting: Setting, checked: readonly Property[], reductions = none): SweepResult => {
  const result = finish(new Sweep(new Space(setting, checked, reductions)).run());
  if (result === null) throw new Error("every order was tried, and another sweep is asked for");
  return result;
};

const figuresOf = (result: SearchResult | SweepResult) => {
  const { states, transitions, depth, quiescent, queue, complete, breaks, shown, started } = result;
  const steps = [...breaks].map(([id, { steps: after }]) => `${id} in ${after}`).sort();
  return {
    ...{ states, transitions, depth, quiescent, queue, complete, steps },
    shown: [...shown].sort(),
    started: [...started].sort(),
  };
};

export const expectSame = (setting: Setting, checked: readonly Property[], reductions = none): void =>
  expect(figuresOf(sweep(setting, checked, reductions)), JSON.stringify(setting.bounds)).toEqual(
    figuresOf(finish(new Search(setting, checked, reductions).run())),
  );
