/**
 * Whether a progress property holds on a graph: is there a fair run on which somebody waits for ever? If so, as a stem that
 * leads to a loop, or to the end of the run.
 */
import type { Fairness, ProgressProperty } from "../../model/index.ts";
import type { Waits } from "./explore.ts";
import { fairComponents } from "./fair.ts";
import { type Graph, isQuiescentState, type Path, Ways } from "./graph.ts";
import { loopFrom } from "./loop.ts";

/** A run that never gets anywhere, as edges of the graph: the stem, then the loop for ever; without a loop it ends there. */
export interface Starvation {
  readonly stem: Path;
  readonly loop: Path;
  /** Who waits all the time; of several, for an `eventually`, whoever waits at the end of the stem. */
  readonly who: readonly string[];
}

/** What of the graph is known, and who waits in it. */
export interface Scene {
  readonly graph: Graph;
  /** The states from this one on have not been looked into. */
  readonly expanded: number;
  readonly waits: Waits;
}

/** Of many components, so many are tried for a short loop. */
const mostTried = 32;

const length = ({ stem, loop }: Starvation): number => stem.length + loop.length;

const shortest = (found: readonly Starvation[]): Starvation | null =>
  found.reduce<Starvation | null>(
    (best, one) => (best === null || length(one) < length(best) ? one : best),
    null,
  );

/** The shortest that is found where everybody in a set of states waits; `ways` lead to them. */
const starvationIn = (
  graph: Graph,
  states: Int32Array,
  ways: Ways,
  who: (state: number) => readonly string[],
  fairness: Fairness,
): Starvation | null => {
  // States are numbered by breadth: the first one lies no deeper than the others.
  const end = states.find((state) => isQuiescentState(graph, state));
  const ends = end === undefined ? [] : [{ stem: ways.to(end), loop: [], who: who(end) }];
  const components = fairComponents(graph, states, fairness).sort((a, b) => a[0]! - b[0]!);
  const loops = components.slice(0, mostTried).map((component): Starvation => {
    const entry = component[0]!;
    return {
      stem: ways.to(entry),
      loop: loopFrom(graph, component, entry, fairness),
      who: who(entry),
    };
  });
  return shortest([...ends, ...loops]);
};

/** A fair run on which somebody waits for ever; null where there is none. */
export const findStarvation = (
  { kind }: Pick<ProgressProperty, "kind">,
  scene: Scene,
  fairness: Fairness,
): Starvation | null => {
  const { graph, waits, expanded } = scene;
  const namesAt = (state: number): readonly string[] => waits.sets[waits.of[state]!]!;
  if (kind === "eventually") {
    const waitsHere = (state: number) => state < expanded && namesAt(state).length > 0;
    const ways = new Ways(graph, 0, waitsHere);
    return starvationIn(graph, Int32Array.from(ways.reached).sort(), ways, namesAt, fairness);
  }
  const ways = new Ways(graph, 0, (state) => state < expanded);
  const reached = Int32Array.from(ways.reached).sort();
  return shortest(
    [...new Set(waits.sets.flat())].sort().flatMap((name) => {
      const has = waits.sets.map((names) => names.includes(name));
      const states = reached.filter((state) => has[waits.of[state]!]!);
      return starvationIn(graph, states, ways, () => [name], fairness) ?? [];
    }),
  );
};
