/** Short names for values: equal names, equal values, and each value written out only once. */
import type { Value } from "../kernel/index.ts";

export class Keys {
  private readonly numbers = new Map<string, number>();
  private readonly known = new WeakMap<object, number>();

  /** A number for a value; the same for the same value, and for no other. */
  numberOf(value: Value): number {
    if (typeof value !== "object" || value === null) return this.numberOfText(JSON.stringify(value));
    const known = this.known.get(value);
    if (known !== undefined) return known;
    const number = this.numberOfText(JSON.stringify(value));
    this.known.set(value, number);
    return number;
  }

  numberOfText(text: string): number {
    const known = this.numbers.get(text);
    if (known !== undefined) return known;
    this.numbers.set(text, this.numbers.size);
    return this.numbers.size - 1;
  }
}
