/** An event that is none of the model's behaviours, and why. */
import type { ProcessName, TraceEvent } from "../../model/index.ts";

export interface Misfit {
  readonly at: number;
  readonly event: TraceEvent;
  readonly process: ProcessName;
  readonly because: string;
  /** What the model would allow the process there; empty where it would have to wait, or is not there at all. */
  readonly allows: readonly string[];
}
