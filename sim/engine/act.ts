/** What one side of a step does to one column, as a function of the column's value, tried on the plain code. */
import type { Finding, PropertyId } from "../../model/index.ts";
import { contextCell } from "../kernel/index.ts";
import { type Effect, pairsOf } from "./effect.ts";
import type { Product } from "./product.ts";
import { readsOf, type Side, type Sides } from "./sides.ts";

/** What comes of it: for each thing that can happen, what it is to everybody else, and the column's value afterwards. */
export type Response = readonly { readonly label: string; readonly after: number }[];

export class Act {
  /** Whether the column's value makes a difference to it. */
  readonly isReader: boolean;
  /** The value that the column had where this was learnt. */
  readonly value: number;
  private readonly responses = new Map<number, Response | null>();

  constructor(
    private readonly product: Product,
    private readonly column: number,
    private readonly side: Side,
    private readonly vector: Int32Array,
  ) {
    const { blocks } = product;
    this.isReader = readsOf(side).includes(column);
    this.value = blocks.numberAt(vector, column);
  }

  /**
   * What comes of it where the column has this value, and everything else is as it was; null where that cannot be said.
   * Nothing comes of a call that waits. `known`: properties that are shown already; to show them again tells nobody anything.
   */
  respond(value: number, known: ReadonlySet<PropertyId>): Response | null {
    const found = this.responses.get(value);
    if (found !== undefined) return found;
    const response = this.try(value, known);
    this.responses.set(value, response);
    return response;
  }

  private try(value: number, known: ReadonlySet<PropertyId>): Response | null {
    const { column, side, vector, product } = this;
    const { blocks } = product;
    const changed = new Int32Array(blocks.count);
    changed.set(vector);
    const block = blocks.blockOf(column);
    changed[block] = blocks.written(block, changed[block]!, [column, value]);
    try {
      if (side.of === "call") {
        const { edges, reads } = product.imagine(side.moves, changed);
        if (!this.looksAtNoMore(reads)) return null;
        return edges.map(({ told, effects }) => this.outcome(told, effects, value));
      }
      const { effects, findings, reads } = product.imagineNote(side.edge, changed);
      if (!this.looksAtNoMore(reads)) return null;
      return [this.outcome(this.show(findings, known), effects, value)];
    } catch {
      return null; // no such state can come up
    }
  }

  /**
   * Whoever is granted what it has waited for looks at its machine's context as well, which concerns its machine alone. Anything
   * else is not part of the side's kind: what it holds here is not what it holds wherever a side of that kind is seen.
   */
  private looksAtNoMore(reads: readonly number[]): boolean {
    const { side, product, column: tried } = this;
    const before = readsOf(side);
    const { process } = side.of === "call" ? side.moves : side.edge;
    const own = product.blocks.columnOf(contextCell(product.nameOf(process)).name);
    return reads.every((column) => column === tried || before.includes(column) || column === own);
  }

  private outcome(what: string, effects: readonly Effect[], before: number): Response[number] {
    const pairs = pairsOf(effects);
    const others = pairs.filter(([column]) => column !== this.column).map((pair) => pair.join(":"));
    const after = pairs.find(([column]) => column === this.column)?.[1] ?? before;
    return { label: `${what} ${others.sort().join(" ")}`, after };
  }

  private show(findings: readonly Finding[], known: ReadonlySet<PropertyId>): string {
    return findings
      .filter(({ type, property }) => type === "violated" || !known.has(property))
      .map(({ type, property }) => `${property} ${type}`)
      .sort()
      .join(", ");
  }
}

/** Acts, one for all sides of a kind. */
export class Acts {
  private readonly acts = new Map<string, Act>();

  constructor(
    private readonly product: Product,
    private readonly sides: Sides,
  ) {}

  /** What a side does to a column; the vector is one in which the side was learnt. */
  of(column: number, side: Side, vector: Int32Array): Act {
    const key = `${column} ${this.sides.kindOf(side, vector)}`;
    const known = this.acts.get(key);
    if (known !== undefined) return known;
    const act = new Act(this.product, column, side, vector);
    this.acts.set(key, act);
    return act;
  }
}
