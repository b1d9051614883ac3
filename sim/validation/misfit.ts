/** An event that is none of the model's behaviours, and why. */
import {
  brief,
  type ProcessName,
  type Result,
  showRequest,
  showResult,
  type TraceEvent,
} from "../../model/index.ts";
import { kernelOn, processCell, requestNow } from "../kernel/index.ts";
import { callsOf, type Transition } from "../transition.ts";
import type { Entry } from "./intervals.ts";
import type { Position } from "./position.ts";

export interface Misfit {
  readonly at: number;
  readonly event: TraceEvent;
  readonly process: ProcessName;
  /** What the process did, and what the model has to say against it. */
  readonly because: string;
  /** What the model would allow the process there; empty where it would have to wait, or is not there at all. */
  readonly allows: readonly string[];
}

const show = (call: string, result: Result): string =>
  result.type === "data" ? brief(result.bytes) : showResult(call, result);

/** What is known of the end of an entry. */
export const showEntry = (entry: Entry): string => {
  if (entry.kind === "call" && entry.result !== null) {
    const { request, result } = entry;
    const shown = request.call === "write" ? `write(${request.fd})` : showRequest(request);
    return `${shown} gave ${show(request.call, result)}`;
  }
  if (entry.kind !== "death") return "";
  return `it ended${entry.signal === null ? " without calling exit" : ` by ${entry.signal}`}`;
};

const outcomeOf = ({ action, events }: Transition): string => {
  const [returned] = events.flatMap((event) => (event.type === "return" ? [event] : []));
  return returned === undefined ? action.outcome : show(returned.request.call, returned.result);
};

/** Why what is due cannot be accounted for where a search stands. */
export const misfitAt = (position: Position, due: number): Misfit => {
  const { setting, cells } = position;
  const { process, entry, at } = position.dueEntry(due);
  const status = cells.get(processCell(process))?.status;
  const request = requestNow(kernelOn(setting, cells), process);
  const misfit = (because: string, allows: readonly string[] = []): Misfit => ({
    ...{ at, event: entry.event, process, allows },
    because: `${showEntry(entry)}; in the model ${because}`,
  });
  if (status === undefined || status === "zombie") return misfit("there is no such process then");
  if (status === "stopped") return misfit("it is stopped then");
  if (request === undefined) return misfit("it makes no call then");
  const allows = callsOf(setting, cells, process).map(outcomeOf);
  if (entry.kind !== "call") return misfit(`it stands before ${showRequest(request)} then`, allows);
  return allows.length === 0
    ? misfit("it has to wait there")
    : misfit(`it gets ${allows.join(" or ")} there`, allows);
};
