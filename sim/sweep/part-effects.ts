/** What steps do to parts: to each number of a part its number afterwards, worked out once. */
import { mostBlocks } from "../engine/blocks.ts";
import type { Effect } from "../engine/effect.ts";
import type { Moves, Note } from "../engine/product.ts";
import { PairMap } from "./pairs.ts";
import type { Parts } from "./parts.ts";

interface PartEffect {
  readonly part: number;
  readonly effects: readonly Effect[];
}

export class PartEffects {
  /** From an effect's number and a part's number to the number afterwards. */
  readonly map = new PairMap();
  private readonly effects: PartEffect[] = [];
  private readonly byContent = new Map<string, number>();
  /** For each number of moves, and each of their edges, what it does together with some notes; -1 stands for none. */
  private readonly byMoves: ({ readonly note: number; readonly pairs: Int32Array }[][] | null)[] = [];
  private readonly vector = new Int32Array(mostBlocks);

  constructor(private readonly parts: Parts) {}

  /** What one of some edges, and what the observers make of it, does: pairs of a part and an effect's number. */
  of(moves: Moves, edge: number, note: Note | null): Int32Array {
    while (this.byMoves.length <= moves.id) this.byMoves.push(null);
    this.byMoves[moves.id] ??= moves.edges.map(() => []);
    const lists = this.byMoves[moves.id]![edge]!;
    const id = note === null ? -1 : note.id;
    for (const list of lists) if (list.note === id) return list.pairs;
    const pairs = this.pairsOf([...moves.edges[edge]!.effects, ...(note?.effects ?? [])]);
    lists.push({ note: id, pairs });
    return pairs;
  }

  private pairsOf(effects: readonly Effect[]): Int32Array {
    const byPart = new Map<number, Effect[]>();
    for (const effect of effects) {
      const part = this.parts.partOf(effect.block);
      byPart.set(part, [...(byPart.get(part) ?? []), effect]);
    }
    return Int32Array.from([...byPart].flatMap(([part, list]) => [part, this.numberOf(part, list)]));
  }

  /** The number of its part after an effect. */
  on(effect: number, number: number): number {
    const known = this.map.get(effect, number);
    if (known >= 0) return known;
    const { part, effects } = this.effects[effect]!;
    const { vector, parts } = this;
    parts.unfold(part, number, vector);
    for (const one of effects) vector[one.block] = one.on(vector[one.block]!);
    const found = parts.fold(part, vector);
    this.map.set(effect, number, found);
    return found;
  }

  private numberOf(part: number, effects: readonly Effect[]): number {
    const key = effects.map(({ block, pairs }) => `${block}:${pairs.join(",")}`).join(" ");
    const known = this.byContent.get(key);
    if (known !== undefined) return known;
    this.byContent.set(key, this.effects.length);
    return this.effects.push({ part, effects }) - 1;
  }
}
