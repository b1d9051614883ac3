/** What a step writes, block by block: each block's number afterwards, worked out once for each number before. */
import type { Value } from "../kernel/index.ts";
import type { Blocks } from "./blocks.ts";
import { withRoomFor } from "./table.ts";

/** Numbers before that have a place in a table; a table with places for all would be mostly empty. */
const mostPlaces = 1 << 10;

/** A column, and its new value number. */
type Written = readonly [column: number, value: number];

export class Effect {
  /** For each number before, the number after plus one; 0 where that is not known yet. */
  private next: Int32Array = new Int32Array(16);
  /** The same for numbers beyond the table. */
  private others: Map<number, number> | null = null;
  /** The same pairs, one by one. */
  readonly written: readonly Written[];

  constructor(
    private readonly blocks: Blocks,
    readonly block: number,
    /** Columns and their new value numbers, in turn. */
    readonly pairs: readonly number[],
  ) {
    this.written = pairs.flatMap((column, at) => (at % 2 === 0 ? [[column, pairs[at + 1]!] as const] : []));
  }

  on(number: number): number {
    const known = number < this.next.length ? this.next[number]! : (this.others?.get(number) ?? 0);
    return known === 0 ? this.learn(number) : known - 1;
  }

  private learn(number: number): number {
    const after = this.blocks.written(this.block, number, this.pairs);
    if (number >= mostPlaces) {
      this.others ??= new Map();
      this.others.set(number, after + 1);
    } else {
      this.next = withRoomFor(this.next, number);
      this.next[number] = after + 1;
    }
    return after;
  }
}

/** Lets effects happen in a state. */
export const applyAll = (effects: readonly Effect[], vector: Int32Array): void => {
  for (const effect of effects) vector[effect.block] = effect.on(vector[effect.block]!);
};

/** What effects write. */
export const writtenBy = (effects: readonly Effect[]): readonly Written[] =>
  effects.length === 1 ? effects[0]!.written : effects.flatMap(({ written }) => written);

/** All effects that there are, each of them once: many steps do the same to a block. */
export class Effects {
  private readonly known = new Map<string, Effect>();

  constructor(private readonly blocks: Blocks) {}

  /** The effects of what was written to some cells. */
  of(writes: ReadonlyMap<string, Value>): readonly Effect[] {
    const { blocks } = this;
    const pairs = new Map<number, number[]>();
    for (const [cell, value] of writes) {
      const column = blocks.columnOf(cell);
      if (blocks.leavesOut(column)) continue;
      const block = blocks.blockOf(column);
      const list = pairs.get(block) ?? [];
      list.push(column, blocks.internValue(column, value));
      pairs.set(block, list);
    }
    return [...pairs].map(([block, list]) => this.on(block, list));
  }

  private on(block: number, pairs: readonly number[]): Effect {
    const key = pairs.join(" ");
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const effect = new Effect(this.blocks, block, pairs);
    this.known.set(key, effect);
    return effect;
  }
}
