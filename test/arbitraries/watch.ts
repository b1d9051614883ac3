/** What small protocols are asked: properties with and without a memory, as data, and some of the shipped ones. */
import fc from "fast-check";
import {
  type CallName,
  type Observer,
  type ProcessName,
  type Property,
  type PropertyId,
  type ReturnEvent,
  indexOf,
  roleOf,
  type TraceEvent,
} from "../../model/index.ts";
import { properties } from "../../properties/index.ts";

const calls = ["flock", "read", "write", "killpg", "kill", "pause", "sigsuspend", "poll", "exit"] as const;
const call = fc.constantFrom<CallName[]>(...calls);
/** Whose events are remembered together. */
const scope = fc.constantFrom<("all" | "process" | "index")[]>("all", "process", "index");
type Scope = "all" | "process" | "index";

export type Watch =
  /** Nobody gets that far. */
  | { readonly type: "never"; readonly role: string; readonly next: CallName }
  /** The one call does not return right after the other one. */
  | { readonly type: "apart"; readonly scope: Scope; readonly first: CallName; readonly then: CallName }
  /** A call does not return more often than that. */
  | { readonly type: "at-most"; readonly scope: Scope; readonly call: CallName; readonly times: number }
  /** Nobody waits for ever in this call. */
  | { readonly type: "not-stuck"; readonly call: CallName }
  /** Some run shows this. */
  | { readonly type: "sometimes"; readonly role: string; readonly next: CallName }
  /** The first of all clients' processes never gets that far: this names a client. */
  | { readonly type: "never-first"; readonly next: CallName };

const role = fc.constantFrom("A", "B", "C", "S");

export const watch: fc.Arbitrary<Watch> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ type: fc.constant("never" as const), role, next: call }) },
  {
    weight: 3,
    arbitrary: fc.record({ type: fc.constant("apart" as const), scope, first: call, then: call }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant("at-most" as const),
      ...{ scope, call, times: fc.integer({ min: 0, max: 2 }) },
    }),
  },
  { weight: 3, arbitrary: fc.record({ type: fc.constant("not-stuck" as const), call }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("sometimes" as const), role, next: call }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("never-first" as const), next: call }) },
);

/** Which shipped properties, by their ids, and which others. */
export interface Questions {
  readonly shipped: readonly PropertyId[];
  readonly watches: readonly Watch[];
}

export const questions: fc.Arbitrary<Questions> = fc.record({
  shipped: fc.oneof(
    fc.constant<PropertyId[]>([]),
    fc.subarray(properties.map(({ id }) => id)),
    fc.constantFrom<PropertyId[][]>(["P2", "P3"], ["P14"], ["P10", "P16"]),
  ),
  watches: fc.array(watch, { maxLength: 2 }),
});

const keyIn = (kind: Scope, process: ProcessName): string => {
  if (kind === "all") return "";
  return kind === "process" ? process : indexOf(process).split(":")[0] || process;
};

const isReturn = (event: TraceEvent): event is ReturnEvent => event.type === "return";
const returns = (event: TraceEvent, ...names: readonly CallName[]): event is ReturnEvent =>
  isReturn(event) && names.includes(event.request.call);

const observing = (id: string, kind: Scope, names: readonly CallName[]) => ({
  id,
  keyOf: (event: TraceEvent) => (returns(event, ...names) ? keyIn(kind, event.process) : null),
});

const propertyOf = (asked: Watch, id: PropertyId): Property => {
  const base = { id, name: asked.type, says: JSON.stringify(asked), observers: [], kind: "always" } as const;
  switch (asked.type) {
    case "never":
      return {
        ...base,
        onEvent: (event) =>
          isReturn(event) && roleOf(event.process) === asked.role && event.next.call === asked.next
            ? "it gets there"
            : null,
      };
    case "never-first":
      return {
        ...base,
        onEvent: (event) =>
          isReturn(event) && indexOf(event.process) === "1" && event.next.call === asked.next
            ? "the first one gets there"
            : null,
      };
    case "sometimes":
      return {
        ...base,
        kind: "sometimes",
        isShownBy: (event) =>
          isReturn(event) && roleOf(event.process) === asked.role && event.next.call === asked.next,
      };
    case "not-stuck":
      return {
        ...base,
        kind: "at-quiescence",
        onQuiescence: ({ processes }) =>
          processes.some(({ request }) => request?.call === asked.call) ? "somebody waits in it" : null,
      };
    case "apart": {
      /** The last two of these calls that have returned. */
      const last: Observer<string> = {
        ...observing(`last-${id}`, asked.scope, [asked.first, asked.then]),
        initial: () => "",
        after: (state, event) =>
          returns(event, asked.first, asked.then)
            ? `${state.split(" ").at(-1)} ${event.request.call}`
            : state,
      };
      return {
        ...base,
        observers: [last],
        onEvent: (event, seen) =>
          returns(event, asked.then) &&
          seen.get(last, keyIn(asked.scope, event.process)) === `${asked.first} ${asked.then}`
            ? "one after the other"
            : null,
      };
    }
    case "at-most": {
      const count: Observer<number> = {
        ...observing(`count-${id}`, asked.scope, [asked.call]),
        initial: () => 0,
        after: (state) => Math.min(state + 1, asked.times + 1),
      };
      return {
        ...base,
        observers: [count],
        onEvent: (event, seen) =>
          returns(event, asked.call) && seen.get(count, keyIn(asked.scope, event.process)) > asked.times
            ? "once too often"
            : null,
      };
    }
  }
};

/** The properties that questions stand for. */
export const propertiesOf = ({ shipped, watches }: Questions): readonly Property[] => [
  ...properties.filter(({ id }) => shipped.includes(id)),
  ...watches.map((one, at) => propertyOf(one, `P${101 + at}`)),
];
