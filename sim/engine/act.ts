/** What one side of a step does to one column, as a function of the column's value, tried on the plain code. */
import type { Finding, PropertyId } from "../../model/index.ts";
import { contextCell } from "../kernel/index.ts";
import { type Effect, writtenBy } from "./effect.ts";
import type { Product } from "./product.ts";
import { readsOf, type Side, type Sides } from "./sides.ts";

/** What comes of it: for each thing that can happen, what it is to everybody else, and the column's value afterwards. */
export type Response = readonly {
  readonly label: string;
  readonly after: number;
  /** The values of further columns that are tried together with it, where they are written. */
  readonly afters: ReadonlyMap<number, number>;
}[];

/** More combinations of values than that are not gone through. */
const mostTogether = 256;

/** Values of a column, and what others are changed to. */
export type Changes = readonly (readonly [number, number])[];

/** What a call tells that can only wait: in place of a label. */
const waits = "waits";

const withValues = (
  { blocks }: Product,
  vector: Int32Array,
  columns: readonly number[],
  values: readonly number[],
): Int32Array => {
  const changed = new Int32Array(blocks.count);
  changed.set(vector);
  for (const [at, column] of columns.entries()) {
    const block = blocks.blockOf(column);
    changed[block] = blocks.written(block, changed[block]!, [column, values[at]!]);
  }
  return changed;
};

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
    /** Further columns that are tried together with it. */
    private readonly together: readonly number[] = [],
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
    const changed = withValues(product, vector, [column], [value]);
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
    const pairs = writtenBy(effects);
    const isTried = (column: number) => column === this.column || this.together.includes(column);
    const others = pairs.filter(([column]) => !isTried(column)).map((pair) => pair.join(":"));
    const after = pairs.find(([column]) => column === this.column)?.[1] ?? before;
    const afters = new Map(pairs.filter(([column]) => this.together.includes(column)));
    return { label: `${what} ${others.sort().join(" ")}`, after, afters };
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
  /** What sides tell where several columns are changed; null where that is not what they do with each alone. */
  private readonly labels = new Map<string, string | null>();

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

  /**
   * Whether a side does with all these columns changed at once what it does with each of them alone: makes of each column what it
   * makes of it alone, and tells the same whichever of two values a column has that is changed from one to the other.
   */
  areApart(
    columns: readonly number[],
    changes: readonly Changes[],
    side: Side,
    vector: Int32Array,
    known: ReadonlySet<PropertyId>,
  ): boolean {
    const values = changes.map((pairs) => [...new Set(pairs.flat())]);
    if (values.reduce((product, { length }) => product * length, 1) > mostTogether) return false;
    const combinations = values.reduce<readonly (readonly number[])[]>(
      (all, some) => all.flatMap((one) => some.map((value) => [...one, value])),
      [[]],
    );
    const labels = new Map(
      combinations.map((one) => [one.join(), this.labelWith(columns, one, side, vector, known)]),
    );
    return combinations.every((one) => {
      const label = labels.get(one.join());
      return (
        label !== null &&
        changes.every((pairs, at) =>
          pairs.every(
            ([before, after]) =>
              one[at] !== before || label === waits || labels.get(one.with(at, after).join()) === label,
          ),
        )
      );
    });
  }

  /** What a side tells where columns have these values; null where it does not make of each column what it makes of it alone. */
  private labelWith(
    columns: readonly number[],
    values: readonly number[],
    side: Side,
    vector: Int32Array,
    known: ReadonlySet<PropertyId>,
  ): string | null {
    const key = `${columns} ${values} ${this.sides.kindOf(side, vector)}`;
    const found = this.labels.get(key);
    if (found !== undefined) return found;
    const changed = withValues(this.product, vector, columns, values);
    const response = new Act(this.product, columns[0]!, side, changed, columns).respond(values[0]!, known);
    const only = response?.length === 1 ? response[0]! : null;
    const isSame = columns.every((column, at) => {
      if (only === null) return false;
      const alone = this.of(column, side, vector).respond(values[at]!, known);
      const together = at === 0 ? only.after : (only.afters.get(column) ?? values[at]!);
      return alone?.length === 1 && alone[0]!.after === together;
    });
    const label = response?.length === 0 ? waits : isSame ? only!.label : null;
    this.labels.set(key, label);
    return label;
  }
}
