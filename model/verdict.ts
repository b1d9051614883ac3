/** Verdicts: what is known of a property after a search, or after one run. */
import type { Datum } from "./datum.ts";
import { isProgress, isProgressKind } from "./progress.ts";
import { type Finding, judge, type Property, type PropertyKind, type Store } from "./property.ts";
import type { PropertyId } from "./protocol.ts";
import type { Setting } from "./setting.ts";
import type { TraceEvent } from "./trace.ts";

/** `unknown`: a bound was reached, or a single run did not show what some run must show. */
export type Verdict = "holds" | "violated" | "unknown" | "not-applicable";

/** What is known of one property after a search or a run. */
export interface PropertyVerdict {
  readonly id: PropertyId;
  readonly name: string;
  readonly kind: PropertyKind;
  readonly verdict: Verdict;
  /** Why it is violated; empty otherwise. */
  readonly because: string;
  /** Events (in a search: steps) up to the violation; 0 where there is none. */
  readonly steps: number;
}

/** What was found out about all properties, and how far one got. */
export interface Evidence {
  readonly violated: ReadonlyMap<PropertyId, { readonly because: string; readonly steps: number }>;
  readonly shown: ReadonlySet<PropertyId>;
  readonly started: ReadonlySet<PropertyId>;
  /** Whether everything that can happen was seen; in a single run: whether it ran to its end. */
  readonly complete: boolean;
  /** Whether anything ever came to rest: only then can have been judged what must hold there. */
  readonly rested: boolean;
  /** Whether it was one run of many, or some of them. */
  readonly single: boolean;
}

export const verdictsOf = (
  properties: readonly Property[],
  setting: Setting,
  evidence: Evidence,
): PropertyVerdict[] =>
  properties.map((property) => {
    const { id, name, kind } = property;
    const broken = evidence.violated.get(id);
    const verdict = broken === undefined ? unbroken(property, setting, evidence) : "violated";
    const because = verdict === "violated" ? (broken?.because ?? "no run shows it") : "";
    return { id, name, kind, verdict, because, steps: broken?.steps ?? 0 };
  });

const unbroken = (property: Property, setting: Setting, evidence: Evidence): Verdict => {
  const { id, kind } = property;
  if (property.appliesTo?.(setting) === false) return "not-applicable";
  if (kind === "sometimes") {
    if (evidence.shown.has(id)) return "holds";
    return evidence.complete && !evidence.single ? "violated" : "unknown";
  }
  // No end of a run, and no event, shows what happens in runs without an end.
  if (isProgress(property)) return "unknown";
  if (!evidence.complete || (property.onQuiescence !== undefined && !evidence.rested)) return "unknown";
  return property.startsWith !== undefined && !evidence.started.has(id) ? "not-applicable" : "holds";
};

/**
 * The verdict on a whole: violated before unknown before holds. That a single run does not show what some run must show,
 * or what becomes of runs without an end, says nothing against it.
 */
export const overall = (
  verdicts: readonly Pick<PropertyVerdict, "verdict" | "kind">[],
  single = false,
): "holds" | "violated" | "unknown" => {
  if (verdicts.some(({ verdict }) => verdict === "violated")) return "violated";
  const open = verdicts.filter(({ verdict }) => verdict === "unknown");
  const counts = ({ kind }: { kind: PropertyKind }) =>
    !(single && (kind === "sometimes" || isProgressKind(kind)));
  return open.some(counts) ? "unknown" : "holds";
};

const none: readonly PropertyId[] = [];

/** Judges one trace, event by event. */
export class Judge {
  private readonly cells = new Map<string, Datum>();
  private readonly violated = new Map<PropertyId, { because: string; steps: number }>();
  private readonly shown = new Set<PropertyId>();
  private readonly started = new Set<PropertyId>();
  private events = 0;
  private readonly store: Store = {
    read: (cell) => this.cells.get(cell) ?? null,
    write: (cell, value) => void this.cells.set(cell, value),
  };

  constructor(
    private readonly properties: readonly Property[],
    private readonly setting: Setting,
  ) {}

  /** Takes note of an event; returns the properties that it is the first to break. */
  hear(event: TraceEvent): readonly PropertyId[] {
    return this.learn(1, judge(this.properties, this.setting, this.store, event));
  }

  /** Takes note of what somebody else has found out about some events: the `nth` of them, from 0, told it. */
  learn(events: number, findings: readonly (Finding & { readonly nth?: number })[]): readonly PropertyId[] {
    const before = this.events;
    this.events += events;
    if (findings.length === 0) return none;
    const broken: PropertyId[] = [];
    for (const finding of findings) {
      if (finding.type === "shown") this.shown.add(finding.property);
      if (finding.type === "started") this.started.add(finding.property);
      if (finding.type !== "violated" || this.violated.has(finding.property)) continue;
      const steps = before + 1 + (finding.nth ?? 0);
      this.violated.set(finding.property, { because: finding.because, steps });
      broken.push(finding.property);
    }
    return broken;
  }

  /** What it has found out so far. `complete`: the run went on until nothing could move any more. */
  evidence(complete: boolean): Evidence {
    const { violated, shown, started } = this;
    return { violated, shown, started, complete, rested: complete, single: true };
  }

  /** `complete`: as for {@link evidence}. */
  verdicts(complete: boolean): PropertyVerdict[] {
    return verdictsOf(this.properties, this.setting, this.evidence(complete));
  }
}
