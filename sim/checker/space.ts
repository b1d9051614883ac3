/**
 * The space that is searched: the product of world and observers, what of it need not be told apart, and where it begins.
 */
import type { Property, Setting } from "../../model/index.ts";
import { Blocks, mostBlocks } from "../engine/blocks.ts";
import { applyAll } from "../engine/effect.ts";
import { Movers } from "../engine/movers.ts";
import { type Edge, type Note, Product } from "../engine/product.ts";
import { permutationsOf } from "../engine/renaming.ts";
import { type Slice, whole } from "../engine/slice.ts";
import { Symmetry } from "../engine/symmetry.ts";
import { initialWorld } from "../world.ts";

/** Which states need not be told apart, which orders need not be tried, and whether all of a state is needed. */
export interface Reductions {
  /** States that differ by a permutation of alike clients are one. */
  readonly symmetry: boolean;
  /** Steps that have nothing to do with each other are tried in one order. */
  readonly order: boolean;
  /** What nothing that is asked for hangs on is no part of a state. */
  readonly data: boolean;
  /** So many states are looked into before orders are left out; the more, the fewer sweeps must be done again. */
  readonly learning?: number;
  /** What is learnt on random ways; where this is left out, nothing if `learning` is given, and the usual amount otherwise. */
  readonly excursions?: ExcursionPlan;
}

/** How many excursions are made before a sweep, and how many in all once it has so many states. */
export interface ExcursionPlan {
  readonly few: number;
  readonly many: number;
  readonly large: number;
}

export const none: Reductions = { symmetry: false, order: false, data: false };

export class Space {
  readonly blocks: Blocks;
  readonly product: Product;
  /** Null where every client is itself. */
  readonly symmetry: Symmetry | null;
  /** Null where every order is tried. */
  readonly movers: Movers | null;
  /** The initial state. */
  readonly start = new Int32Array(mostBlocks);
  readonly hasFaults: boolean;

  constructor(
    readonly setting: Setting,
    readonly properties: readonly Property[],
    protected readonly reductions: Omit<Reductions, "data">,
    slice: Slice = whole,
  ) {
    this.blocks = new Blocks(slice.unread);
    this.hasFaults = Object.values(setting.faults).some((times) => times > 0);
    this.product = new Product(setting, properties, this.blocks, slice);
    this.symmetry = reductions.symmetry ? this.compareClients() : null;
    this.movers = reductions.order ? new Movers(this.product, this.symmetry, this.hasFaults) : null;
    applyAll(this.product.effects.of(initialWorld(setting)), this.start);
  }

  /** The edges out of a state. True where all of them are faults: the state is quiescent. */
  edgesOf(vector: Int32Array, into: Edge[]): boolean {
    into.length = 0;
    const processes = this.product.processesIn(vector);
    for (const process of processes) into.push(...this.product.callsOf(process, vector).edges);
    const quiescent = into.length === 0;
    if (this.hasFaults)
      for (const process of processes) into.push(...this.product.faultsTo(process, vector).edges);
    return quiescent;
  }

  /** Lets an edge happen in a state; `note` is what the observers make of it. */
  take(edge: Edge, note: Note | null, vector: Int32Array): void {
    applyAll(edge.effects, vector);
    if (note !== null) applyAll(note.effects, vector);
  }

  /** What an edge makes of a state, with every client under its own name. */
  after(vector: Int32Array, edge: Edge, note: Note | null): Int32Array {
    const next = vector.slice();
    this.take(edge, note, next);
    return next;
  }

  private compareClients(): Symmetry | null {
    const permutations = permutationsOf(this.setting);
    if (permutations.renamings.length === 0) return null;
    const symmetry = new Symmetry(this.product, permutations);
    this.product.witnesses.push(symmetry);
    return symmetry;
  }
}
