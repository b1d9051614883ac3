/** How a step of a schedule is brought about: read off what the model says of it. */
import type { PredictedStep, Request, Result, ReturnEvent, Signal } from "../../model/index.ts";
import type { Manner } from "./order.ts";

/** What the controller does about a step of a process. */
export type Move =
  | { readonly move: "order"; readonly manner: Manner }
  /** The handler ran while the process was waiting at the gate. */
  | { readonly move: "nothing" }
  /** The call is to be interrupted by a signal that came before: it is let in, and signalled once more. */
  | { readonly move: "interrupt"; readonly signal: Signal };

const order = (manner: Manner): Move => ({ move: "order", manner });

/** What the step's own call returned; null where it goes on, or where nobody lived to see it. */
export const resultOf = ({ action, events }: PredictedStep): Result | null => {
  const own = events.find(
    (event): event is ReturnEvent => event.type === "return" && event.process === action.process,
  );
  return own?.result ?? null;
};

const handledIn = ({ action, events }: PredictedStep): Signal | undefined =>
  events.flatMap((event) =>
    event.type === "signal" && event.process === action.process && event.effect === "handled"
      ? [event.signal]
      : [],
  )[0];

/** A call that goes on after this step. */
const partialMove = ({ action }: PredictedStep): Move => {
  const [, moved] = /^(\d+) so far$/.exec(action.outcome) ?? [];
  if (moved !== undefined) return order({ kind: "offer", upTo: Number(moved), goesOn: true });
  if (action.outcome === "gives up") return order({ kind: "lose" });
  if (/^handles \S+ first$/.test(action.outcome)) return { move: "nothing" };
  return order({ kind: "plain", name: "" }); // it exits, or dies of what it does
};

/** Whether a signal that a wait unblocks is pending already: the wait will be interrupted by itself. */
const isDue = (request: Request, signal: Signal, pending: ReadonlySet<Signal>): boolean =>
  (request.call === "poll" || request.call === "sigsuspend") &&
  request.unblock.includes(signal) &&
  pending.has(signal);

/** What to do about a step; `pending` are the signals that the process has pending before it, as the model says. */
export const moveFor = (step: PredictedStep, request: Request, pending: ReadonlySet<Signal>): Move => {
  const result = resultOf(step);
  if (result === null) return partialMove(step);
  const isSocketWrite = request.call === "write" && result.type !== "ok" && !("at" in result);
  switch (result.type) {
    case "ok":
      if (request.call === "write")
        return order({ kind: "offer", upTo: request.bytes.length, goesOn: false });
      return order({ kind: "plain", name: result.name });
    case "short":
      // Without a place in a file, and not told to hurry: a send that was interrupted after it had moved some bytes.
      if (isSocketWrite && request.call === "write" && !request.nonblock)
        return order({ kind: "inject", result });
      return order({ kind: "offer", upTo: result.value, goesOn: false });
    case "data":
      return order({ kind: "bytes", size: result.bytes.length });
    case "readable":
    case "writable":
      return order({ kind: "ready", name: result.name, how: result.type });
    case "timeout":
      return order({ kind: "timer", name: result.name });
    case "ENOSPC":
    case "EFBIG":
    case "EAGAIN":
      return order({ kind: "inject", result });
    case "EINTR": {
      // Sockets of the model fill up long before those of the kernel do.
      if (request.call === "write") return order({ kind: "inject", result });
      const signal = handledIn(step);
      if (signal === undefined || isDue(request, signal, pending)) return order({ kind: "wait" });
      return { move: "interrupt", signal };
    }
    default:
      return order({ kind: "plain", name: "" });
  }
};
