/**
 * Breadth-first search of every state that a setting can reach, so that the first break of a property is a shortest one.
 *
 * Beside each state stands the least number of context switches with which it is reached in as few steps as possible, and
 * the set of processes that can have taken the last step of such a path. (Whoever gets there with one switch more gains
 * nothing: going on, it pays at most as much as somebody who switches now.) So among the shortest counterexamples the one
 * with the fewest context switches can be found without keeping all of them.
 */
import type { Finding, Property, PropertyId, Setting } from "../../model/index.ts";
import { Ample } from "../engine/ample.ts";
import { Blocks, mostBlocks } from "../engine/blocks.ts";
import { type Effect, effectsOf } from "../engine/effect.ts";
import { Futures } from "../engine/futures.ts";
import { type Edge, type Note, Product } from "../engine/product.ts";
import { permutationsOf } from "../engine/renaming.ts";
import { States } from "../engine/states.ts";
import { Symmetry } from "../engine/symmetry.ts";
import type { Answer } from "../progress.ts";
import { initialWorld } from "../world.ts";
import { Shortest } from "./shortest.ts";

export interface SearchProgress {
  readonly states: number;
  readonly transitions: number;
  /** States found but not expanded yet. */
  readonly queue: number;
  readonly depth: number;
}

/** Where a property breaks first: the state, and the edge out of it; no edge where it breaks at quiescence. */
export interface Break {
  readonly property: PropertyId;
  readonly state: number;
  readonly edge: Edge | null;
  readonly because: string;
  /** Steps from the start. */
  readonly steps: number;
  readonly switches: number;
}

export interface SearchResult extends SearchProgress {
  /** Whether every reachable state was seen. */
  readonly complete: boolean;
  readonly quiescent: number;
  readonly breaks: ReadonlyMap<PropertyId, Break>;
  readonly shown: ReadonlySet<PropertyId>;
  readonly started: ReadonlySet<PropertyId>;
}

/** Which states need not be told apart, and which orders need not be tried. */
export interface Reductions {
  /** States that differ by a permutation of alike clients are one. */
  readonly symmetry: boolean;
  /** Steps that have nothing to do with each other are tried in one order. */
  readonly order: boolean;
  /** So many states are looked into before orders are left out; the more, the fewer searches must be done again. */
  readonly learning?: number;
}

export const none: Reductions = { symmetry: false, order: false };

const yieldEvery = 1 << 13;

/** A process that never stops to do what concerns nobody must not keep the search for ever. */
const longestChain = 256;

const usualLearning = 1 << 14;

const apply = (effect: Effect, vector: Int32Array): void => {
  vector[effect.block] = effect.on(vector[effect.block]!);
};

export class Search {
  readonly blocks = new Blocks();
  readonly product: Product;
  states: States;
  shortest = new Shortest();
  /** The first state of each depth. */
  layers: number[] = [0];
  private isReducing = false;
  rounds = 0;
  private transitions = 0;
  private quiescent = 0;
  private readonly breaks = new Map<PropertyId, Break>();
  private readonly shown = new Set<PropertyId>();
  private readonly started = new Set<PropertyId>();
  private readonly vector = new Int32Array(mostBlocks);
  private readonly next = new Int32Array(mostBlocks);
  /** The processes that took the last step, as the state after it calls them: several where alike clients are in like states. */
  readonly movers: number[] = [];
  /** The initial state. */
  readonly start = new Int32Array(mostBlocks);
  private readonly hasFaults: boolean;

  /** Null where every client is itself. */
  readonly symmetry: Symmetry | null;
  /** Null where every order is tried. */
  readonly ample: Ample | null = null;

  constructor(
    readonly setting: Setting,
    readonly properties: readonly Property[],
    private readonly reductions: Reductions = none,
  ) {
    this.hasFaults = Object.values(setting.faults).some((times) => times > 0);
    this.product = new Product(setting, properties, this.blocks);
    this.states = new States(this.blocks);
    const permutations = reductions.symmetry ? permutationsOf(setting) : null;
    this.symmetry =
      permutations === null || permutations.renamings.length === 0
        ? null
        : new Symmetry(this.product, permutations);
    if (reductions.order) {
      const futures = new Futures(this.product, this.blocks);
      this.product.witnesses.push(futures);
      this.ample = new Ample(this.product, this.blocks, futures);
    }
    // Whoever compares comes last: it makes more to be learnt.
    if (this.symmetry !== null) this.product.witnesses.push(this.symmetry);
    for (const effect of effectsOf(this.blocks, initialWorld(setting))) apply(effect, this.start);
    this.find(this.start);
    this.shortest.start();
  }

  /** Forgets all states, but nothing of what was learnt about them. */
  private reset(): void {
    this.states = new States(this.blocks);
    this.shortest = new Shortest();
    this.layers = [0];
    this.transitions = 0;
    this.quiescent = 0;
    this.breaks.clear();
    this.find(this.start);
    this.shortest.start();
    this.ample?.restart();
  }

  /**
   * Searches, and yields the figures now and then; whoever answers `stop` ends it. Where breaks of some properties are
   * wanted, it ends with the layer in which the last one was found.
   */
  *run(
    maxStates = Number.POSITIVE_INFINITY,
    wanted: ReadonlySet<PropertyId> | null = null,
  ): Generator<SearchProgress, SearchResult, Answer> {
    if (this.ample === null) return yield* this.round(maxStates, wanted);
    // First without leaving anything out, for what can be learnt near the start.
    this.isReducing = false;
    const all = yield* this.round(Math.min(this.reductions.learning ?? usualLearning, maxStates));
    if (all.complete || all.states > maxStates) return all;
    this.isReducing = true;
    for (;;) {
      this.reset();
      const result = yield* this.round(maxStates);
      this.rounds++;
      if (!result.complete || this.ample.isConfirmed()) return result;
    }
  }

  private *round(
    maxStates: number,
    wanted: ReadonlySet<PropertyId> | null = null,
  ): Generator<SearchProgress, SearchResult, Answer> {
    const { states, layers } = this;
    let layerEnd = states.count;
    for (let state = 0; state < states.count; state++) {
      if (state === layerEnd) {
        if (wanted !== null && [...wanted].every((id) => this.breaks.has(id)))
          return this.result(state, false);
        layers.push(state);
        layerEnd = states.count;
      }
      if (state % yieldEvery === 0) this.ample?.refresh();
      const answer = state % yieldEvery === 0 ? yield this.progress(state) : undefined;
      if (answer === "stop" || states.count > maxStates) return this.result(state, false);
      this.expand(state, layerEnd);
    }
    return this.result(states.count, true);
  }

  /** Reads a state; the vector is valid until the next call. */
  load(state: number): Int32Array {
    this.states.load(state, this.vector);
    return this.vector;
  }

  /** The edges out of the state that is loaded. True where all of them are faults: the state is quiescent. */
  edgesOf(vector: Int32Array, into: Edge[]): boolean {
    into.length = 0;
    const processes = this.product.processesIn(vector);
    for (const process of processes) into.push(...this.product.callsOf(process, vector).edges);
    const quiescent = into.length === 0;
    if (this.hasFaults)
      for (const process of processes) into.push(...this.product.faultsTo(process, vector).edges);
    return quiescent;
  }

  /** The state that an edge leads to from the one that is loaded; `note` is what the observers make of it. */
  successor(vector: Int32Array, edge: Edge, note: Note | null): number {
    this.write(vector, edge, note, this.next);
    return this.arrive(edge);
  }

  /** The number of the state that has just been written; `edge` is what led there. */
  private arrive(edge: Edge): number {
    const { next, movers } = this;
    const permutations = this.symmetry?.canonicalise(next);
    movers.length = 0;
    if (permutations === undefined) movers.push(edge.process);
    else for (const one of permutations) movers.push(this.symmetry!.processUnder(one, edge.process));
    return this.states.insert(next, this.states.hash(next));
  }

  /** What an edge makes of a state, with every client under its own name. */
  after(vector: Int32Array, edge: Edge, note: Note | null): Int32Array {
    const next = new Int32Array(mostBlocks);
    this.write(vector, edge, note, next);
    return next;
  }

  /** The number of the state that stands for this one; a new number where there is none. */
  find(vector: Int32Array): number {
    const canonical = vector.slice();
    this.symmetry?.canonicalise(canonical);
    return this.states.insert(canonical, this.states.hash(canonical));
  }

  private write(vector: Int32Array, edge: Edge, note: Note | null, next: Int32Array): void {
    for (let block = 0; block < this.blocks.count; block++) next[block] = vector[block]!;
    for (const effect of edge.effects) apply(effect, next);
    if (note !== null) for (const effect of note.effects) apply(effect, next);
  }

  private expand(state: number, layerEnd: number): void {
    const { product } = this;
    const vector = this.load(state);
    const processes = product.processesIn(vector);
    const chosen = this.isReducing && this.ample !== null ? this.ample.choose(vector, processes) : -1;
    if (chosen >= 0 && this.followAll(product.callsOf(chosen, vector).edges, state, layerEnd)) return;
    let calls = 0;
    for (const process of processes) {
      if (process === chosen) {
        calls++; // they have been followed, and led nowhere new
        continue;
      }
      const { edges } = product.callsOf(process, vector);
      calls += edges.length;
      for (const edge of edges) this.follow(edge, state, layerEnd);
    }
    if (calls === 0) {
      this.quiescent++;
      this.take(product.quiescenceOf(vector), state, null);
    }
    if (!this.hasFaults) return;
    for (const process of processes)
      for (const edge of product.faultsTo(process, vector).edges) this.follow(edge, state, layerEnd);
  }

  /** Whether one of them leads to a state that has not been looked into. Else others could be put off for ever. */
  private followAll(edges: readonly Edge[], state: number, layerEnd: number): boolean {
    let leadsOn = false;
    for (const edge of edges) if (this.follow(edge, state, layerEnd) > state) leadsOn = true;
    return leadsOn;
  }

  private follow(edge: Edge, state: number, layerEnd: number): number {
    const { vector } = this;
    this.transitions++;
    edge.taken = true;
    const note = edge.note === null ? null : edge.note.at(vector);
    if (note !== null && note.findings.length > 0) this.take(note.findings, state, edge);
    this.write(vector, edge, note, this.next);
    if (this.isReducing) this.goOn(state);
    const next = this.arrive(edge);
    if (next >= layerEnd) this.shortest.reach(next, state, edge.process, this.movers);
    return next;
  }

  /** Where one step alone need be tried, it is taken at once, and the state before it is none that need be kept. */
  private goOn(state: number): void {
    const { next, product, ample } = this;
    for (let steps = 0; steps < longestChain && ample !== null; steps++) {
      const chosen = ample.choose(next, product.processesIn(next));
      if (chosen < 0) return;
      const [edge, ...others] = product.callsOf(chosen, next).edges;
      if (edge === undefined || others.length > 0) return;
      this.transitions++;
      edge.taken = true;
      const note = edge.note === null ? null : edge.note.at(next);
      if (note !== null && note.findings.length > 0) this.take(note.findings, state, edge);
      for (const effect of edge.effects) apply(effect, next);
      if (note !== null) for (const effect of note.effects) apply(effect, next);
    }
  }

  private take(findings: readonly Finding[], state: number, edge: Edge | null): void {
    for (const finding of findings) {
      if (finding.type === "violated") this.takeBreak(finding.property, finding.because, state, edge);
      else (finding.type === "shown" ? this.shown : this.started).add(finding.property);
    }
  }

  private takeBreak(property: PropertyId, because: string, state: number, edge: Edge | null): void {
    const steps = this.layers.length - 1 + (edge === null ? 0 : 1);
    const switches = this.shortest.switchesTo(state, edge === null ? null : edge.process);
    const best = this.breaks.get(property);
    if (best !== undefined && (best.steps < steps || (best.steps === steps && best.switches <= switches)))
      return;
    this.breaks.set(property, { property, state, edge, because, steps, switches });
  }

  private progress(expanded: number): SearchProgress {
    const { transitions, states, layers } = this;
    return { states: states.count, transitions, depth: layers.length - 1, queue: states.count - expanded };
  }

  private result(expanded: number, complete: boolean): SearchResult {
    const { quiescent, breaks, shown, started } = this;
    return { ...this.progress(expanded), complete, quiescent, breaks, shown, started };
  }
}
