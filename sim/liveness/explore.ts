/**
 * The whole graph of a setting: every state that the search's own functions lead to, with every step, and who waits where.
 * Nothing is left out and no states are taken for one another: which runs never end depends on every single step.
 */
import {
  owesSteps,
  type ProgressProperty,
  roleOf,
  type Setting,
  takesLock,
  waitingIn,
} from "../../model/index.ts";
import { Search, type SearchProgress } from "../checker/search.ts";
import { Memo } from "../engine/memo.ts";
import type { Edge } from "../engine/product.ts";
import { rosterCell } from "../kernel/index.ts";
import { momentIn } from "../moment.ts";
import type { Answer } from "../progress.ts";
import { asStore, Overlay } from "../transition.ts";
import { type Graph, Numbers, type Step } from "./graph.ts";

/** Who waits in each state, for one property. */
export interface Waits {
  /** All the combinations of names that there are. */
  readonly sets: readonly (readonly string[])[];
  /** By state: which of them it is. */
  readonly of: Int32Array;
}

export interface Exploration {
  readonly graph: Graph;
  /** The states whose steps are known: all, where the search was complete. */
  readonly expanded: number;
  readonly depth: number;
  readonly quiescent: number;
  readonly waits: readonly Waits[];
  /** The engine's edges, by the number of their step. */
  readonly edges: readonly Edge[];
  readonly bytesPerState: number;
}

const stepOf = ({ action, process, events }: Edge): Step => ({
  process,
  isOwed: action.kind === "call" && owesSteps(roleOf(action.process)),
  isFault: action.kind === "fault",
  takesLock: takesLock(events),
});

/** Takes note of who waits in the states of a search. */
class Waiting {
  private readonly sets: (readonly string[])[] = [];
  private readonly numbers = new Map<string, number>();
  private readonly of = new Numbers();
  /** One where something can move, one where nothing can. */
  private readonly memos: readonly Memo<number>[];

  constructor(search: Search, property: ProgressProperty) {
    const { blocks } = search;
    const home = blocks.blockOf(blocks.columnOf(rosterCell.name));
    this.memos = [false, true].map(
      (isQuiescent) =>
        new Memo(blocks, home, (cells) => {
          const { setting } = search;
          const now = momentIn(setting, cells, isQuiescent);
          return this.numberOf(waitingIn(property, setting, asStore(new Overlay(cells)), now));
        }),
    );
  }

  note(vector: Int32Array, isQuiescent: boolean): void {
    this.of.push(this.memos[isQuiescent ? 1 : 0]!.at(vector));
  }

  done(): Waits {
    return { sets: this.sets, of: this.of.done() };
  }

  private numberOf(names: readonly string[]): number {
    const key = JSON.stringify(names);
    const known = this.numbers.get(key);
    if (known !== undefined) return known;
    this.numbers.set(key, this.sets.length);
    return this.sets.push(names) - 1;
  }
}

const yieldEvery = 1 << 12;

export function* exploring(
  setting: Setting,
  properties: readonly ProgressProperty[],
  maxStates = Number.POSITIVE_INFINITY,
): Generator<SearchProgress, Exploration, Answer> {
  // What no property remembers need not be in the product.
  const search = new Search(
    setting,
    properties.filter(({ observers }) => observers.length > 0),
  );
  const waiting = properties.map((property) => new Waiting(search, property));
  const [first, target, step] = [new Numbers(), new Numbers(), new Numbers()];
  const edges: Edge[] = [];
  const numbers = new Map<Edge, number>();
  const numberOf = (edge: Edge): number => {
    const known = numbers.get(edge);
    if (known !== undefined) return known;
    numbers.set(edge, edges.length);
    return edges.push(edge) - 1;
  };
  const out: Edge[] = [];
  let [state, depth, layerEnd, quiescent] = [0, 0, search.states.count, 0];
  for (; state < search.states.count; state++) {
    if (state === layerEnd) {
      depth++;
      layerEnd = search.states.count;
    }
    const found = search.states.count;
    const progress = { states: found, transitions: target.length, queue: found - state, depth };
    const answer = state % yieldEvery === 0 ? yield progress : undefined;
    if (answer === "stop" || found > maxStates) break;
    const vector = search.load(state);
    const isQuiescent = search.edgesOf(vector, out);
    if (isQuiescent) quiescent++;
    for (const one of waiting) one.note(vector, isQuiescent);
    first.push(target.length);
    for (const edge of out) {
      const note = edge.note?.at(vector) ?? null;
      target.push(search.successor(vector, edge, note));
      step.push(numberOf(edge));
    }
  }
  const { count } = search.states;
  for (let rest = state; rest <= count; rest++) first.push(target.length);
  const graph = {
    ...{ count, first: first.done(), target: target.done(), step: step.done() },
    steps: edges.map(stepOf),
  };
  return {
    ...{ graph, depth, quiescent, edges },
    expanded: state,
    waits: waiting.map((one) => one.done()),
    bytesPerState: search.states.memory / count + (8 * target.length) / count,
  };
}
