/** What the properties have told of a sweep so far, each thing the first time. */
import type { Finding, PropertyId } from "../../model/index.ts";

/** Where a property breaks first. */
export interface EarliestBreak {
  readonly because: string;
  /** Steps from the start. */
  readonly steps: number;
}

export class Heard {
  readonly breaks = new Map<PropertyId, EarliestBreak>();
  readonly shown = new Set<PropertyId>();
  readonly started = new Set<PropertyId>();
  /** All that was new, with the steps after which it was told. */
  readonly findings: (readonly [Finding, number])[] = [];

  hear(findings: readonly Finding[], steps: number): void {
    for (const finding of findings) if (this.isNew(finding, steps)) this.findings.push([finding, steps]);
  }

  private isNew(finding: Finding, steps: number): boolean {
    const { property } = finding;
    if (finding.type === "violated") {
      if (this.breaks.has(property)) return false;
      this.breaks.set(property, { because: finding.because, steps });
      return true;
    }
    const told = finding.type === "shown" ? this.shown : this.started;
    if (told.has(property)) return false;
    told.add(property);
    return true;
  }
}
