/** What was found, by property: how often, and why the first time. */
import type { PropertyId } from "../../model/index.ts";

export interface Finding {
  readonly because: string;
  readonly times: number;
}

export class Findings {
  private readonly found = new Map<PropertyId, Finding>();

  add(id: PropertyId, because: string, times = 1): void {
    const before = this.found.get(id);
    this.found.set(id, { because: before?.because ?? because, times: (before?.times ?? 0) + times });
  }

  get(id: PropertyId): Finding | undefined {
    return this.found.get(id);
  }

  get isEmpty(): boolean {
    return this.found.size === 0;
  }
}
