/**
 * Checkpoints: what a sweep that ended early needs to go on, in another process. States are rows of numbers, so what the
 * numbers stand for is kept beside them; what was learnt of steps is not, and is learnt again where it is needed.
 */
import type { Finding, Property, Protocol, Setting } from "../../model/index.ts";
import type { Blocks } from "../engine/blocks.ts";
import type { Value } from "../kernel/index.ts";
import type { Layout } from "./layout.ts";
import type { Likes } from "./likes.ts";
import type { Parts } from "./parts.ts";

/** What numbers stand for, in the order in which they were given. */
export interface Meanings {
  /** Names of cells, each with the values that it ever had. */
  readonly cells: readonly (readonly [string, readonly Value[]])[];
  /** Names of blocks, each with the numbers of its columns' values, as often as it ever had others. */
  readonly blocks: readonly (readonly [string, readonly (readonly number[])[]])[];
  /** Names of parts, each with the numbers of its blocks. */
  readonly parts: readonly (readonly [string, readonly (readonly number[])[]])[];
  readonly orbits: readonly string[];
}

/** Plain data, and three lists of integers. */
export interface Checkpoint {
  /** What is searched, as text that is equal exactly where it is the same. */
  readonly of: string;
  readonly meanings: Meanings;
  readonly layout: {
    readonly words: number;
    readonly word: number[];
    readonly shift: number[];
    readonly mask: number[];
  };
  readonly depth: number;
  readonly states: number;
  readonly transitions: number;
  readonly quiescent: number;
  /** What the properties have told so far, with the steps after which they did. */
  readonly findings: readonly (readonly [Finding, number])[];
  /** Transitions of machines that were never taken so far. */
  readonly unreached: readonly string[];
  readonly bits: number;
  /** Whether the visited set is one of fingerprints. */
  readonly isCompact: boolean;
  readonly visited: Int32Array;
  readonly layer: Int32Array;
  readonly next: Int32Array;
}

/** Thrown where a checkpoint is that of another search. */
export class ForeignCheckpoint extends Error {}

/** Machines are what their configuration says, functions what their text says. */
const plainly = (_: string, value: unknown): unknown => {
  if (typeof value === "function") return String(value);
  const isMachine = value !== null && typeof value === "object" && "config" in value && "root" in value;
  if (!isMachine) return value;
  const { config, implementations } = value as { config: unknown; implementations?: unknown };
  return { config, implementations };
};

/** Everything that a search depends on, as text. */
export const describeSearch = (
  setting: Setting,
  properties: readonly Property[],
  symmetry: boolean,
): string => {
  const { id, says, ...protocol }: Protocol = setting.protocol;
  return JSON.stringify([id, protocol, { ...setting, protocol: id }, properties, symmetry], plainly);
};

export const meaningsOf = (blocks: Blocks, parts: Parts, likes: Likes | null): Meanings => {
  const { columns } = blocks;
  const each = <T>(count: number, of: (at: number) => T): T[] =>
    Array.from({ length: count }, (_, at) => of(at));
  return {
    cells: each(columns.count, (column) => [
      columns.nameOf(column),
      each(columns.sizeOf(column) - 1, (value) => columns.valueOf(column, value + 1)),
    ]),
    blocks: each(blocks.count, (block) => [
      blocks.nameOf(block),
      each(blocks.sizeOf(block) - 1, (number) =>
        blocks.columnsOf(block).map((column) => blocks.numberIn(column, number + 1)),
      ),
    ]),
    parts: each(parts.count, (part) => [
      parts.nameOf(part),
      each(parts.sizeOf(part) - 1, (number) =>
        parts.blocksOf(part).map((block) => parts.blockIn(block, number + 1)),
      ),
    ]),
    orbits: likes?.orbitsSoFar ?? [],
  };
};

/** Gives numbers out again as they were given before. */
export const recall = (
  { cells, blocks: saidBlocks, parts: saidParts, orbits }: Meanings,
  blocks: Blocks,
  parts: Parts,
  likes: Likes | null,
): void => {
  const demand = (found: number, wanted: number): void => {
    if (found !== wanted) throw new ForeignCheckpoint("its states are numbered in another way");
  };
  // Blocks may be older than their columns, so both are made in the order of their numbers.
  for (const [block, [name]] of saidBlocks.entries()) demand(blocks.blockNamed(name), block);
  for (const [column, [cell, values]] of cells.entries()) {
    demand(blocks.columnOf(cell), column);
    for (const [value, said] of values.entries()) demand(blocks.internValue(column, said), value + 1);
  }
  for (const [block, [, tuples]] of saidBlocks.entries())
    for (const [at, tuple] of tuples.entries()) demand(blocks.intern(block, tuple), at + 1);
  for (const [part, [name, tuples]] of saidParts.entries()) {
    demand(parts.partNamed(name), part);
    for (const [at, tuple] of tuples.entries()) demand(parts.foldTuple(part, tuple), at + 1);
  }
  likes?.recall(orbits);
};

export const savedLayout = ({ words, word, shift, mask }: Layout): Checkpoint["layout"] => ({
  ...{ words, word: [...word], shift: [...shift], mask: [...mask] },
});

export const restoredLayout = ({ words, word, shift, mask }: Checkpoint["layout"]): Layout => ({
  ...{ words, word: Int32Array.from(word), shift: Int32Array.from(shift), mask: Int32Array.from(mask) },
});
