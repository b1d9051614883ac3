/**
 * Properties: what must hold, said over traces alone. One property judges a state space, a simulation and a real run.
 *
 * All of its functions are pure: what they say hangs on what they are given alone, and where they are given the same again, they
 * may not be asked.
 *
 * What a property has to remember of the past is kept by observers: small states that events change. In a search they are
 * part of the searched state, so they should be functions of the world wherever that is possible (then they cost
 * nothing), and split by key (a client, a process) wherever they can.
 */
import { type Datum, isSame } from "./datum.ts";
import type { PropertyId } from "./protocol.ts";
import type { Setting } from "./setting.ts";
import type { QuiescentEvent, TraceEvent } from "./trace.ts";

export interface Observer<S extends Datum = Datum> {
  readonly id: string;
  initial(setting: Setting, key: string): S;
  /** Which instance an event concerns; null for none. An observer that is not split has the one key "". */
  keyOf(event: TraceEvent): string | null;
  /** `seen` knows the observers that the property names before this one as they are after the event. */
  after(state: S, event: TraceEvent, setting: Setting, key: string, seen: Seen): S;
}

/** What the observers know. */
export interface Seen {
  get<S extends Datum>(observer: Observer<S>, key?: string): S;
}

/**
 * `always`: no event of any trace may break it. `at-quiescence`: it must hold wherever nothing can move any more.
 * `sometimes`: some trace must show it. The other two speak of whole runs, also of those that never end: progress.ts.
 */
export type PropertyKind = "always" | "at-quiescence" | "sometimes" | "eventually" | "leads-to";

export interface Property {
  readonly id: PropertyId;
  readonly name: string;
  readonly kind: PropertyKind;
  /** The requirement, in one sentence. */
  readonly says: string;
  readonly observers: readonly Observer[];
  /** Why this event breaks it: a sentence that names what broke and for whom; null where it does not. */
  readonly onEvent?: (event: TraceEvent, seen: Seen, setting: Setting) => string | null;
  readonly onQuiescence?: (event: QuiescentEvent, seen: Seen, setting: Setting) => string | null;
  /** For `sometimes`: whether this event shows it. */
  readonly isShownBy?: (event: TraceEvent, seen: Seen, setting: Setting) => boolean;
  /** Whether the setting has what it speaks of at all; without it: always. */
  readonly appliesTo?: (setting: Setting) => boolean;
  /** Whether this event is one after which it speaks of something; without it: from the start. */
  readonly startsWith?: (event: TraceEvent, seen: Seen, setting: Setting) => boolean;
}

/** What one event told about one property. */
export type Finding =
  | { readonly property: PropertyId; readonly type: "violated"; readonly because: string }
  | { readonly property: PropertyId; readonly type: "shown" | "started" };

/** Where observers keep their states. */
export interface Store {
  read(cell: string): Datum;
  write(cell: string, value: Datum): void;
}

const cellNames = new WeakMap<object, Map<string, string>>();

/** The name of the cell that holds an observer's state. */
const observerCell = (observer: { readonly id: string }, key: string): string => {
  const ofObserver = cellNames.get(observer) ?? new Map<string, string>();
  cellNames.set(observer, ofObserver);
  const name = ofObserver.get(key) ?? `observer/${observer.id}/${key}`;
  ofObserver.set(key, name);
  return name;
};

/** What the observers know whose states are kept there. */
export const seenIn = (store: Store, setting: Setting): Seen => ({
  get: <S extends Datum>(observer: Observer<S>, key = "") =>
    (store.read(observerCell(observer, key)) ?? observer.initial(setting, key)) as S,
});

/** Lets one observer take note of an event. */
const observe = (observer: Observer, event: TraceEvent, setting: Setting, store: Store, seen: Seen): void => {
  const key = observer.keyOf(event);
  if (key === null) return;
  const before = seen.get(observer, key);
  const after = observer.after(before, event, setting, key, seen);
  if (after === before) return;
  // A state that is the initial one again must look like it, or a search would take them for two.
  const isFresh = isSame(after, observer.initial(setting, key));
  store.write(observerCell(observer, key), isFresh ? null : after);
};

/** What an event told about one property. */
const findingsOn = (property: Property, event: TraceEvent, setting: Setting, seen: Seen): Finding[] => {
  const because =
    event.type === "quiescent"
      ? property.onQuiescence?.(event, seen, setting)
      : property.onEvent?.(event, seen, setting);
  const findings: Finding[] = [];
  if (because) findings.push({ property: property.id, type: "violated", because });
  if (property.isShownBy?.(event, seen, setting)) findings.push({ property: property.id, type: "shown" });
  if (property.startsWith?.(event, seen, setting)) findings.push({ property: property.id, type: "started" });
  return findings;
};

/**
 * One of the questions that an event is asked: what it is to one observer, or to one property after all observers. It writes to one cell
 * or to none. `seen`: what the observers know whose states are kept in the store.
 */
export type Part = (event: TraceEvent, setting: Setting, store: Store, seen: Seen) => readonly Finding[];

const nothing: readonly Finding[] = [];
const known = new WeakMap<readonly Property[], readonly Part[]>();

/** Everything that an event is asked, in order: first by all observers, each of them once, and then by all properties. */
export const partsOf = (properties: readonly Property[]): readonly Part[] => {
  const parts = known.get(properties) ?? [
    ...[...new Set(properties.flatMap(({ observers }) => observers))].map(
      (observer): Part =>
        (event, setting, store, seen) => {
          observe(observer, event, setting, store, seen);
          return nothing;
        },
    ),
    ...properties.map(
      (property): Part =>
        (event, setting, _, seen) =>
          findingsOn(property, event, setting, seen),
    ),
  ];
  known.set(properties, parts);
  return parts;
};

/** Lets the observers take note of an event, and says what it told about each property. */
export const judge = (
  properties: readonly Property[],
  setting: Setting,
  store: Store,
  event: TraceEvent,
): Finding[] => {
  const seen = seenIn(store, setting);
  const findings: Finding[] = [];
  for (const part of partsOf(properties))
    for (const finding of part(event, setting, store, seen)) findings.push(finding);
  return findings;
};
