/**
 * What is asked of the miniature beside P2 and P3: it has no clients that could say what they received, so that what each
 * SEND has delivered is held against the log.
 */
import {
  type Bytes,
  type Datum,
  type Observer,
  type ProcessName,
  type Property,
  roleOf,
  type TraceEvent,
} from "../../model/index.ts";
import { properties } from "../../properties/index.ts";

const bytesDelivered = (event: TraceEvent): Bytes | null =>
  event.type === "return" && event.request.call === "write" && roleOf(event.process) === "SEND"
    ? event.request.bytes
    : null;

/** What is remembered of each SEND's deliveries. */
const deliveries = <T extends Datum>(
  id: string,
  initial: T,
  add: (before: T, bytes: Bytes) => T,
): Observer<T> => ({
  id,
  initial: () => initial,
  keyOf: (event) => (event.type === "return" && bytesDelivered(event) !== null ? event.process : null),
  after: (before, event) => add(before, bytesDelivered(event) ?? ""),
});

/** All of them, in their order. */
const delivered = deliveries<Bytes>("delivered", "", (before, bytes) => before + bytes);

/** How much it was. */
const amountDelivered = deliveries<number>("amount-delivered", 0, (before, bytes) => before + bytes.length);

const allDelivered = <T extends Datum>(
  says: string,
  observer: Observer<T>,
  isEverything: (seen: T, log: Bytes) => boolean,
): Property => ({
  ...{ id: "P6", name: "all-delivered", kind: "at-quiescence", says, observers: [observer] },
  onQuiescence: ({ log, processes }, seen) => {
    const late = processes.find(
      ({ name }) => roleOf(name as ProcessName) === "SEND" && !isEverything(seen.get(observer, name), log),
    );
    return late === undefined ? null : `${late.name} sleeps and has not delivered everything`;
  },
});

/** Needs the order of the lines in the log. */
export const deliveredInOrder: Property = allDelivered(
  "Where nothing can move, every SEND has delivered the whole log, in its order.",
  delivered,
  (bytes, log) => bytes === log,
);

/** Needs only how much there is: what the Promela text asks for. */
export const deliveredInFull: Property = allDelivered(
  "Where nothing can move, every SEND has delivered as much as the log holds.",
  amountDelivered,
  (amount, log) => amount === log.length,
);

/** No torn read, exclusion: what the Promela text asserts. */
export const asserted: readonly Property[] = properties.filter(({ id }) => id === "P2" || id === "P3");
