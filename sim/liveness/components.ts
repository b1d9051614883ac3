/** Strongly connected components of a part of a graph (Tarjan, without recursion: a path may be millions of states long). */
import type { Graph } from "./graph.ts";

/** A set of states that can all reach each other without leaving it, by at least one step. */
export type Component = Int32Array;

export class Components {
  /** Which part of the graph a state is in at present; parts are numbered as they come. */
  private readonly part: Int32Array;
  private readonly index: Int32Array;
  private readonly low: Int32Array;
  private readonly next: Int32Array;
  private parts = 0;

  constructor(private readonly graph: Graph) {
    this.part = new Int32Array(graph.count);
    this.index = new Int32Array(graph.count);
    this.low = new Int32Array(graph.count);
    this.next = new Int32Array(graph.count);
  }

  /** Makes these states the part that is looked at; the number by which {@link isIn} knows it. */
  mark(states: Int32Array): number {
    this.parts++;
    for (const state of states) this.part[state] = this.parts;
    return this.parts;
  }

  isIn(state: number, part: number): boolean {
    return this.part[state] === part;
  }

  /** The components of the graph that these states make up with the steps between them. */
  within(states: Int32Array): Component[] {
    const { first, target } = this.graph;
    const { index, low, next } = this;
    const part = this.mark(states);
    for (const state of states) index[state] = 0;
    const found: Component[] = [];
    /** States whose component is not known yet. */
    const open: number[] = [];
    const isOpen = (state: number): boolean => index[state]! > 0;
    /** The path that is being followed. */
    const path: number[] = [];
    let count = 0;
    const enter = (state: number): void => {
      index[state] = ++count;
      low[state] = count;
      next[state] = first[state]!;
      open.push(state);
      path.push(state);
    };
    for (const start of states) {
      if (index[start] !== 0) continue;
      enter(start);
      while (path.length > 0) {
        const state = path.at(-1)!;
        if (next[state]! < first[state + 1]!) {
          const to = target[next[state]!++]!;
          if (!this.isIn(to, part)) continue;
          if (index[to] === 0) enter(to);
          else if (isOpen(to)) low[state] = Math.min(low[state]!, index[to]!);
          continue;
        }
        path.pop();
        const before = path.at(-1);
        if (before !== undefined) low[before] = Math.min(low[before]!, low[state]!);
        if (low[state] !== index[state]) continue;
        const component = open.splice(open.lastIndexOf(state));
        for (const member of component) index[member] = -1;
        if (component.length > 1 || this.hasLoop(state)) found.push(Int32Array.from(component).sort());
      }
    }
    return found;
  }

  private hasLoop(state: number): boolean {
    const { first, target } = this.graph;
    for (let edge = first[state]!; edge < first[state + 1]!; edge++) if (target[edge] === state) return true;
    return false;
  }
}
