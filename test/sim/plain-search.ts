/**
 * The search as anybody would write it first: worlds and observers as maps, told apart by their text. Far too slow for
 * anything real; what the engine must agree with.
 */
import {
  type Datum,
  type Finding,
  judge,
  type Property,
  type PropertyId,
  type Setting,
  verdictsOf,
} from "../../model/index.ts";
import { quiescentEvent } from "../../sim/quiescence.ts";
import {
  cellsOf,
  initialWorld,
  isQuiescent,
  transitionsIn,
  type World,
  withWrites,
} from "../../sim/world.ts";

interface State {
  readonly world: World;
  readonly observed: ReadonlyMap<string, Datum>;
}

const sorted = (value: unknown): unknown =>
  value !== null && typeof value === "object" && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;

const textOf = (map: ReadonlyMap<string, unknown>): string =>
  JSON.stringify(
    [...map].sort(([a], [b]) => (a < b ? -1 : 1)),
    (_, value) => sorted(value),
  );

export const plainSearch = (setting: Setting, properties: readonly Property[]) => {
  const violated = new Map<PropertyId, { because: string; steps: number }>();
  const shown = new Set<PropertyId>();
  const started = new Set<PropertyId>();
  const seen = new Set<string>();
  let layer: State[] = [];
  let next: State[] = [];
  let transitions = 0;
  let quiescent = 0;

  const reach = (state: State) => {
    const text = `${textOf(state.world)} ${textOf(state.observed)}`;
    if (seen.has(text)) return;
    seen.add(text);
    next.push(state);
  };
  const take = (findings: readonly Finding[], steps: number) => {
    for (const finding of findings) {
      const { property } = finding;
      if (finding.type === "violated") {
        if (!violated.has(property)) violated.set(property, { because: finding.because, steps });
      } else (finding.type === "shown" ? shown : started).add(property);
    }
  };
  const storeOn = (observed: Map<string, Datum>) => ({
    read: (cell: string) => observed.get(cell) ?? null,
    write: (cell: string, value: Datum) => {
      if (value === null) observed.delete(cell);
      else observed.set(cell, value);
    },
  });

  reach({ world: initialWorld(setting), observed: new Map() });
  let depth = -1;
  while (next.length > 0) {
    layer = next;
    next = [];
    depth++;
    for (const { world, observed } of layer) {
      const enabled = transitionsIn(setting, world);
      if (isQuiescent(enabled.map(({ action }) => action))) {
        quiescent++;
        const event = quiescentEvent(setting, cellsOf(world));
        take(judge(properties, setting, storeOn(new Map(observed)), event), depth);
      }
      for (const { events, writes } of enabled) {
        transitions++;
        const after = new Map(observed);
        for (const event of events) take(judge(properties, setting, storeOn(after), event), depth + 1);
        reach({ world: withWrites(world, writes), observed: after });
      }
    }
  }
  const verdicts = verdictsOf(properties, setting, {
    violated,
    shown,
    started,
    complete: true,
    rested: quiescent > 0,
    single: false,
  }).map(({ id, verdict, steps }) => ({ id, verdict, steps }));
  return { states: seen.size, transitions, depth, quiescent, verdicts };
};
