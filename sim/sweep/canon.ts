/** The least of the states that differ by a permutation of alike clients, on integers alone. */
import type { LikeTables } from "./tables.ts";

export class Canon {
  private readonly keys: Int32Array;
  private readonly image: Int32Array;
  private readonly best: Int32Array;

  constructor(
    private readonly likes: LikeTables,
    parts: number,
  ) {
    this.keys = new Int32Array(likes.ends.length);
    this.image = new Int32Array(parts);
    this.best = new Int32Array(parts);
  }

  /** Makes a state the least of its likes. False where something about it is not known yet. */
  apply(numbers: Int32Array): boolean {
    const { keys, image, best } = this;
    const { permutations, places, orbits, orbitStarts } = this.likes;
    keys.fill(0);
    for (let part = 0; part < places.length; part++) {
      const place = places[part]!;
      // What is nothing counts for nothing, as if there were no such part yet.
      if (place < 0 || numbers[part] === 0) continue;
      const orbit = orbits[orbitStarts[part]! + numbers[part]!]!;
      if (orbit === 0) return false;
      // In any order of the parts the same. Where different clients have one key, all their permutations are tried.
      keys[place] = (keys[place]! + orbit) | 0;
    }
    let fitting = 0;
    let only = 0;
    for (let at = 0; at < permutations; at++) {
      if (!this.isInOrder(at)) continue;
      only = at;
      if (fitting++ === 0) continue;
      // Several put the clients in order: the least state of all is taken.
      if (fitting === 2 && !this.permute(numbers, this.first(at), best)) return false;
      if (!this.permute(numbers, at, image)) return false;
      if (isLess(image, best)) best.set(image);
    }
    if (fitting > 1) numbers.set(best);
    else if (only > 0) {
      if (!this.permute(numbers, only, image)) return false;
      numbers.set(image);
    }
    return true;
  }

  /** The first permutation before this one that puts the clients in order. */
  private first(before: number): number {
    for (let at = 0; at < before; at++) if (this.isInOrder(at)) return at;
    return 0;
  }

  private isInOrder(permutation: number): boolean {
    const { keys } = this;
    const { ends, sources } = this.likes;
    const from = permutation * keys.length;
    for (let place = 1; place < keys.length; place++)
      if (ends[place - 1] === 0 && keys[sources[from + place - 1]!]! > keys[sources[from + place]!]!)
        return false;
    return true;
  }

  private permute(numbers: Int32Array, permutation: number, into: Int32Array): boolean {
    const { images, imageStarts, partImages } = this.likes;
    const from = permutation * numbers.length;
    for (let part = 0; part < numbers.length; part++) {
      const found = images[imageStarts[from + part]! + numbers[part]!]!;
      if (found === 0) return false;
      into[partImages[from + part]!] = found - 1;
    }
    return true;
  }
}

const isLess = (a: Int32Array, b: Int32Array): boolean => {
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return a[at]! < b[at]!;
  return false;
};
