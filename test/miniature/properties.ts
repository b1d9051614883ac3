/**
 * What is asked of the miniature beside P2 and P3: it has no clients that could say what they received, so that what each
 * SEND has delivered is held against the log.
 */
import {
  type Bytes,
  type Observer,
  type ProcessName,
  type Property,
  roleOf,
  type Seen,
} from "../../model/index.ts";
import { properties } from "../../properties/index.ts";

/** Everything that each SEND has delivered. */
const delivered: Observer<string> = {
  id: "delivered",
  initial: () => "",
  keyOf: (event) =>
    event.type === "return" && event.request.call === "write" && roleOf(event.process) === "SEND"
      ? event.process
      : null,
  after: (before, event) =>
    event.type === "return" && event.request.call === "write" ? before + event.request.bytes : before,
};

const allDelivered = (
  says: string,
  isEverything: (seen: Seen, send: ProcessName, log: Bytes) => boolean,
): Property => ({
  ...{ id: "P6", name: "all-delivered", kind: "at-quiescence", says, observers: [delivered] },
  onQuiescence: ({ log, processes }, seen) => {
    const late = processes.find(
      ({ name }) => roleOf(name as ProcessName) === "SEND" && !isEverything(seen, name as ProcessName, log),
    );
    return late === undefined ? null : `${late.name} sleeps and has not delivered everything`;
  },
});

/** Needs the order of the lines in the log. */
export const deliveredInOrder: Property = allDelivered(
  "Where nothing can move, every SEND has delivered the whole log, in its order.",
  (seen, send, log) => seen.get(delivered, send) === log,
);

/** Needs only how much there is: what the Promela text asks for. */
export const deliveredInFull: Property = allDelivered(
  "Where nothing can move, every SEND has delivered as much as the log holds.",
  (seen, send, log) => seen.get(delivered, send).length === log.length,
);

/** No torn read, exclusion: what the Promela text asserts. */
export const asserted: readonly Property[] = properties.filter(({ id }) => id === "P2" || id === "P3");
