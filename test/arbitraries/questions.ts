/** What small protocols are asked: shipped properties, and drawn ones with and without a memory, as data. */
import fc from "fast-check";
import { match } from "ts-pattern";
import {
  type CallName,
  indexOf,
  type Observer,
  type ProcessName,
  type Property,
  type PropertyId,
  type ReturnEvent,
  roleOf,
  type TraceEvent,
} from "../../model/index.ts";
import { properties } from "../../properties/index.ts";

/** Whose calls are remembered together. */
type Scope = "all" | "process" | "cluster";

export type Question =
  /** Nobody of this role comes to this call. */
  | { readonly asks: "never"; readonly role: string; readonly call: CallName }
  /** Nobody of the first client comes to this call. It treats clients differently. */
  | { readonly asks: "never-first"; readonly call: CallName }
  /** Somebody of this role comes to this call. */
  | { readonly asks: "sometimes"; readonly role: string; readonly call: CallName }
  /** The second call never returns next after the first one. */
  | { readonly asks: "apart"; readonly scope: Scope; readonly call: CallName; readonly second: CallName }
  /** The call never returns more often. */
  | { readonly asks: "at-most"; readonly scope: Scope; readonly call: CallName; readonly times: number }
  /** Where nothing can move, nobody waits in this call. */
  | { readonly asks: "not-stuck"; readonly call: CallName };

const call = fc.constantFrom<CallName[]>(
  ...(["flock", "read", "write", "killpg", "fstat", "pause", "poll", "exit"] as const),
);
const role = fc.constantFrom("A", "B", "C", "S");
const scope = fc.constantFrom<Scope[]>("all", "all", "process", "cluster");
const asking = <A extends Question["asks"]>(asks: A) => fc.constant(asks);

const question: fc.Arbitrary<Question> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ asks: asking("never"), role, call }) },
  { weight: 2, arbitrary: fc.record({ asks: asking("never-first"), call }) },
  { weight: 2, arbitrary: fc.record({ asks: asking("sometimes"), role, call }) },
  { weight: 6, arbitrary: fc.record({ asks: asking("apart"), scope, call, second: call }) },
  { weight: 3, arbitrary: fc.record({ asks: asking("at-most"), scope, call, times: fc.nat(2) }) },
  { weight: 3, arbitrary: fc.record({ asks: asking("not-stuck"), call }) },
);

export interface Questions {
  readonly shipped: readonly PropertyId[];
  readonly drawn: readonly Question[];
}

export const questions: fc.Arbitrary<Questions> = fc.record({
  shipped: fc.oneof(fc.constant([]), fc.subarray(properties.map(({ id }) => id))),
  drawn: fc.array(question, { maxLength: 2, size: "max" }),
});

const isReturn = (event: TraceEvent): event is ReturnEvent => event.type === "return";

const keyIn = (kind: Scope, process: ProcessName): string => {
  if (kind === "all") return "";
  return kind === "process" ? process : indexOf(process).split(":")[0] || process;
};

/** Remembers something of the returns of some calls. */
const remembering = <S extends string | number>(
  calls: readonly CallName[],
  kind: Scope,
  initial: S,
  after: (state: S, event: ReturnEvent) => S,
): Observer<S> => ({
  id: JSON.stringify([calls, kind, initial]),
  initial: () => initial,
  keyOf: (event) =>
    isReturn(event) && calls.includes(event.request.call) ? keyIn(kind, event.process) : null,
  after: (state, event) => (isReturn(event) ? after(state, event) : state),
});

type Asked = Pick<Property, "kind"> & Partial<Property>;

/** What no return may be. */
const always = (isWrong: (event: ReturnEvent) => boolean): Asked => ({
  kind: "always",
  onEvent: (event) => (isReturn(event) && isWrong(event) ? "it happens" : null),
});

const asked = (one: Question): Asked =>
  match(one)
    .returnType<Asked>()
    .with({ asks: "never" }, (q) =>
      always((event) => roleOf(event.process) === q.role && event.next.call === q.call),
    )
    .with({ asks: "never-first" }, (q) =>
      always((event) => indexOf(event.process) === "1" && event.next.call === q.call),
    )
    .with({ asks: "sometimes" }, (q) => ({
      kind: "sometimes",
      isShownBy: (event) => isReturn(event) && roleOf(event.process) === q.role && event.next.call === q.call,
    }))
    .with({ asks: "apart" }, (q) => {
      const lastTwo = remembering<string>([q.call, q.second], q.scope, "", (state, { request }) =>
        [...state.split(" ").slice(-1), request.call].join(" "),
      );
      return {
        kind: "always",
        observers: [lastTwo],
        onEvent: (event, seen) =>
          lastTwo.keyOf(event) !== null &&
          seen.get(lastTwo, lastTwo.keyOf(event) ?? "") === `${q.call} ${q.second}`
            ? "one after the other"
            : null,
      };
    })
    .with({ asks: "at-most" }, (q) => {
      const count = remembering<number>([q.call], q.scope, 0, (state) => Math.min(state, q.times) + 1);
      return {
        kind: "always",
        observers: [count],
        onEvent: (event, seen) =>
          count.keyOf(event) !== null && seen.get(count, count.keyOf(event) ?? "") > q.times
            ? "once too often"
            : null,
      };
    })
    .with({ asks: "not-stuck" }, (q) => ({
      kind: "at-quiescence",
      onQuiescence: ({ processes }) =>
        processes.some(({ request }) => request?.call === q.call) ? "somebody waits in it" : null,
    }))
    .exhaustive();

/** The properties that questions stand for. */
export const propertiesOf = ({ shipped, drawn }: Questions): readonly Property[] => [
  ...properties.filter(({ id }) => shipped.includes(id)),
  ...drawn.map(
    (one, at): Property => ({
      ...{ id: `P${101 + at}`, name: one.asks, says: JSON.stringify(one), observers: [] },
      ...asked(one),
    }),
  ),
];
