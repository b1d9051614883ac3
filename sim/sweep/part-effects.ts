/** What steps do to parts: to each number of a part its number afterwards, worked out once. */
import type { Effect } from "../engine/effect.ts";
import type { Edge, Note } from "../engine/product.ts";
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
  private readonly byEdge = new Map<Edge, Map<Note | null, Int32Array>>();
  private readonly vector: Int32Array;

  constructor(
    private readonly parts: Parts,
    mostBlocks: number,
  ) {
    this.vector = new Int32Array(mostBlocks);
  }

  /** What an edge, and what the observers make of it, does: pairs of a part and an effect's number. */
  of(edge: Edge, note: Note | null): Int32Array {
    let byNote = this.byEdge.get(edge);
    if (byNote === undefined) {
      byNote = new Map();
      this.byEdge.set(edge, byNote);
    }
    const known = byNote.get(note);
    if (known !== undefined) return known;
    const byPart = new Map<number, Effect[]>();
    for (const effect of [...edge.effects, ...(note?.effects ?? [])]) {
      const part = this.parts.partOf(effect.block);
      byPart.set(part, [...(byPart.get(part) ?? []), effect]);
    }
    const found = Int32Array.from(
      [...byPart].flatMap(([part, effects]) => [part, this.numberOf(part, effects)]),
    );
    byNote.set(note, found);
    return found;
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
    this.map.add(effect, number, found);
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
