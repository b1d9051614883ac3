/**
 * Breadth-first search of every state that a setting can reach, so that the first break of a property is a shortest one.
 *
 * Beside each state stands the least number of context switches with which it is reached in as few steps as possible, and
 * the set of processes that can have taken the last step of such a path. (Whoever gets there with one switch more gains
 * nothing: going on, it pays at most as much as somebody who switches now.) So among the shortest counterexamples the one
 * with the fewest context switches can be found without keeping all of them.
 */
import type { Finding, Property, PropertyId, Setting } from "../../model/index.ts";
import { mostBlocks } from "../engine/blocks.ts";
import type { Effect } from "../engine/effect.ts";
import type { Edge, Note } from "../engine/product.ts";
import { type Slice, whole } from "../engine/slice.ts";
import { States } from "../engine/states.ts";
import type { Answer } from "../progress.ts";
import type { Break, SearchProgress, SearchResult } from "./result.ts";
import { Shortest } from "./shortest.ts";
import { none, type Reductions, Space } from "./space.ts";

export type { Break, SearchProgress, SearchResult } from "./result.ts";

/** Few, since what is new in a state may take long to learn. */
const yieldEvery = 1 << 7;

export class Search extends Space {
  readonly states: States;
  readonly shortest = new Shortest();
  /** The first state of each depth. */
  readonly layers: number[] = [0];
  /** States that have been expanded. */
  private expanded = 0;
  /** The first state of the layer after the one at hand. */
  private layerEnd = 1;
  private transitions = 0;
  private quiescent = 0;
  private readonly breaks = new Map<PropertyId, Break>();
  private readonly shown = new Set<PropertyId>();
  private readonly started = new Set<PropertyId>();
  private readonly vector = new Int32Array(mostBlocks);
  private readonly next = new Int32Array(mostBlocks);
  /** The hash of the state at hand. */
  private hash = 0;
  /** The processes that took the last step, as the state after it calls them: several where alike clients are in like states. */
  readonly lastMovers: number[] = [];
  constructor(
    setting: Setting,
    properties: readonly Property[],
    reductions: Omit<Reductions, "data"> = none,
    slice: Slice = whole,
  ) {
    super(setting, properties, reductions, slice);
    this.states = new States(this.blocks);
    this.find(this.start);
    this.shortest.start();
  }

  /**
   * Searches, and yields the figures now and then; whoever answers `stop` ends it. Where breaks of some properties are
   * wanted, it ends with the layer in which the last one was found. A search that has ended early goes on from there.
   */
  *run(
    maxStates = Number.POSITIVE_INFINITY,
    wanted: ReadonlySet<PropertyId> | null = null,
  ): Generator<SearchProgress, SearchResult, Answer> {
    const { states, layers } = this;
    for (; this.expanded < states.count; this.expanded++) {
      if (this.expanded === this.layerEnd) {
        if (wanted !== null && [...wanted].every((id) => this.breaks.has(id))) return this.result(false);
        layers.push(this.expanded);
        this.layerEnd = states.count;
      }
      const isTime = this.expanded % yieldEvery === 0;
      const answer = isTime ? yield this.progress : undefined;
      if (answer === "stop" || states.count > maxStates) return this.result(false);
      this.expand(this.expanded, this.layerEnd);
    }
    return this.result(true);
  }

  /** Reads a state; the vector is valid until the next call. */
  load(state: number): Int32Array {
    this.states.load(state, this.vector);
    return this.vector;
  }

  /** The state that an edge leads to from this one; `note` is what the observers make of it. */
  successor(vector: Int32Array, edge: Edge, note: Note | null): number {
    this.copy(vector);
    this.take(edge, note, this.next);
    return this.arrive(edge);
  }

  /** The number of the state that stands for this one; a new number where there is none. */
  find(vector: Int32Array): number {
    const canonical = vector.slice();
    this.symmetry?.canonicalise(canonical);
    return this.states.insert(canonical, this.states.hash(canonical));
  }

  /** The number of the state that has just been written; `edge` is what led there. */
  private arrive(edge: Edge): number {
    const { next, lastMovers } = this;
    const permutations = this.symmetry?.canonicalise(next);
    lastMovers.length = 0;
    if (permutations === undefined) lastMovers.push(edge.process);
    else for (const one of permutations) lastMovers.push(this.symmetry!.processUnder(one, edge.process));
    return this.states.insert(next, this.states.hash(next));
  }

  /** The same where nothing is left out, and only what changes need be looked at. `next` is like the state at hand. */
  private hop(state: number, edge: Edge, note: Note | null): number {
    const { next, vector, states, lastMovers } = this;
    let hash = this.hash;
    const { effects } = edge;
    for (let at = 0; at < effects.length; at++) hash = this.change(effects[at]!, hash);
    if (note !== null)
      for (let at = 0; at < note.effects.length; at++) hash = this.change(note.effects[at]!, hash);
    const found = states.insertLike(state, next, effects, note === null ? effects : note.effects, hash);
    for (let at = 0; at < effects.length; at++) next[effects[at]!.block] = vector[effects[at]!.block]!;
    if (note !== null) for (const { block } of note.effects) next[block] = vector[block]!;
    lastMovers[0] = edge.process;
    return found;
  }

  private change(effect: Effect, hash: number): number {
    const { block } = effect;
    const before = this.next[block]!;
    const after = effect.on(before);
    if (after === before) return hash;
    this.next[block] = after;
    const terms = this.blocks.terms[block]!;
    return (hash - terms[before]! + terms[after]!) | 0;
  }

  private copy(vector: Int32Array): void {
    for (let block = 0; block < this.blocks.count; block++) this.next[block] = vector[block]!;
  }

  private expand(state: number, layerEnd: number): void {
    const { product } = this;
    const vector = this.load(state);
    this.copy(vector);
    this.hash = this.states.hash(vector);
    const processes = product.processesIn(vector);
    let calls = 0;
    for (const process of processes) {
      this.movers?.watch(process, vector);
      const { edges } = product.callsOf(process, vector);
      calls += edges.length;
      for (const edge of edges) this.follow(edge, state, layerEnd);
    }
    if (calls === 0) {
      this.quiescent++;
      this.hear(product.quiescenceOf(vector), state, null);
    }
    if (!this.hasFaults) return;
    for (const process of processes)
      for (const edge of product.faultsTo(process, vector).edges) this.follow(edge, state, layerEnd);
  }

  private follow(edge: Edge, state: number, layerEnd: number): void {
    const { vector } = this;
    this.transitions++;
    edge.taken = true;
    const note = edge.note === null ? null : edge.note.at(vector);
    if (note !== null && note.findings.length > 0) this.hear(note.findings, state, edge);
    const next = this.symmetry === null ? this.hop(state, edge, note) : this.successor(vector, edge, note);
    if (next >= layerEnd) this.shortest.reach(next, state, edge.process, this.lastMovers);
  }

  private hear(findings: readonly Finding[], state: number, edge: Edge | null): void {
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

  private get progress(): SearchProgress {
    const { transitions, states, layers, expanded } = this;
    return { states: states.count, transitions, depth: layers.length - 1, queue: states.count - expanded };
  }

  private result(complete: boolean): SearchResult {
    const { quiescent, breaks, shown, started, states } = this;
    return {
      ...this.progress,
      complete,
      quiescent,
      breaks,
      shown,
      started,
      missOdds: 0,
      memory: states.memory,
    };
  }
}
