/**
 * Breadth-first search of every state that a setting can reach, so that the first break of a property is a shortest one.
 *
 * Beside each state stands the least number of context switches with which it is reached in as few steps as possible, and
 * the set of processes that can have taken the last step of such a path. (Whoever gets there with one switch more gains
 * nothing: going on, it pays at most as much as somebody who switches now.) So among the shortest counterexamples the one
 * with the fewest context switches can be found without keeping all of them.
 */
import type { Finding, Property, PropertyId, Setting } from "../../model/index.ts";
import { Columns, mostColumns } from "../engine/columns.ts";
import { type Edge, Product, type Writes } from "../engine/product.ts";
import { States } from "../engine/states.ts";
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

const yieldEvery = 1 << 13;

export class Search {
  readonly columns = new Columns();
  readonly product: Product;
  readonly states: States;
  readonly shortest = new Shortest();
  /** The first state of each depth. */
  readonly layers: number[] = [0];
  private transitions = 0;
  private quiescent = 0;
  private readonly breaks = new Map<PropertyId, Break>();
  private readonly shown = new Set<PropertyId>();
  private readonly started = new Set<PropertyId>();
  private readonly vector = new Int32Array(mostColumns);
  private readonly out: Edge[] = [];
  private readonly hasFaults: boolean;

  constructor(
    readonly setting: Setting,
    readonly properties: readonly Property[],
  ) {
    this.hasFaults = Object.values(setting.faults).some((times) => times > 0);
    this.product = new Product(setting, properties, this.columns);
    const start = this.product.intern(initialWorld(setting));
    this.states = new States(this.columns);
    this.states.insertFirst(start);
    this.shortest.start();
  }

  /** Searches, and yields the figures now and then; whoever answers `stop` ends it. */
  *run(maxStates = Number.POSITIVE_INFINITY): Generator<SearchProgress, SearchResult, Answer> {
    const { states, layers } = this;
    let layerEnd = states.count;
    for (let state = 0; state < states.count; state++) {
      if (state === layerEnd) {
        layers.push(state);
        layerEnd = states.count;
      }
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
    for (const process of processes)
      for (const edge of this.product.callsOf(process, vector)) into.push(edge);
    const quiescent = into.length === 0;
    if (this.hasFaults)
      for (const process of processes)
        for (const edge of this.product.faultsTo(process, vector)) into.push(edge);
    return quiescent;
  }

  /** The state that an edge leads to; `noted` is what the observers write on that edge. */
  successor(state: number, vector: Int32Array, edge: Edge, noted: Writes | null): number {
    const { states } = this;
    states.makeRoom();
    states.start(state);
    const changed = states.change(vector, edge.writes, states.hashOf(state));
    return states.insert(noted === null ? changed : states.change(vector, noted, changed));
  }

  private expand(state: number, layerEnd: number): void {
    const { out, shortest } = this;
    const vector = this.load(state);
    if (this.edgesOf(vector, out)) {
      this.quiescent++;
      this.take(this.product.quiescenceOf(vector), state, null);
    }
    for (const edge of out) {
      this.transitions++;
      edge.taken = true;
      const note = edge.note === null ? null : edge.note.at(vector);
      if (note !== null && note.findings.length > 0) this.take(note.findings, state, edge);
      const next = this.successor(state, vector, edge, note === null ? null : note.writes);
      if (next >= layerEnd) shortest.reach(next, state, edge.process);
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
    this.breaks.set(property, { state, edge, because, steps, switches });
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
