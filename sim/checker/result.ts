/** How far a search is, and what it has found. */
import type { PropertyId } from "../../model/index.ts";
import type { Edge } from "../engine/product.ts";

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
  /** Bytes that the states took. */
  readonly memory: number;
  /** The odds that a state was missed; 0 where the search is exact. */
  readonly missOdds: number;
  readonly breaks: ReadonlyMap<PropertyId, Break>;
  readonly shown: ReadonlySet<PropertyId>;
  readonly started: ReadonlySet<PropertyId>;
}
