/**
 * Traces: what happened, in the vocabulary that model, simulation and real processes share, and all that a property sees.
 *
 * In the model a call and its return are one step. On real processes they are an interval; events are ordered by time,
 * and a property may rely on no more than "A returned before B was called".
 */
import type { Critical } from "./machine.ts";
import type { ProcessName } from "./name.ts";
import type { FaultName } from "./protocol.ts";
import type { Bytes, CallName, DescriptorName, Request, Result, Signal } from "./syscall.ts";

export interface CallEvent {
  readonly type: "call";
  readonly process: ProcessName;
  /** The machine state that names the call. */
  readonly state: string;
  readonly request: Request;
}

/** Part of a transfer that others can already see, while the call goes on. */
export interface ProgressEvent {
  readonly type: "progress";
  readonly process: ProcessName;
  readonly request: Request;
  readonly bytes: Bytes;
  readonly at: number;
}

export interface ReturnEvent {
  readonly type: "return";
  readonly process: ProcessName;
  readonly state: string;
  /** Whether the state was tagged as a critical section. */
  readonly critical: Critical | null;
  readonly request: Request;
  readonly result: Result;
  /** The state that the process is in from now on, and the call that it names. */
  readonly next: { readonly state: string; readonly call: CallName; readonly critical: Critical | null };
}

export interface SignalEvent {
  readonly type: "signal";
  readonly process: ProcessName;
  readonly signal: Signal;
  readonly effect: "pending" | "handled" | "fatal";
}

export interface ExitEvent {
  readonly type: "exit";
  readonly process: ProcessName;
  /** The signal that killed it, or null where it called exit. */
  readonly signal: Signal | null;
}

export interface FaultEvent {
  readonly type: "fault";
  readonly fault: FaultName;
  readonly process: ProcessName;
}

/** A process as it stands when nothing can move any more. */
export interface QuietProcess {
  readonly name: ProcessName;
  readonly status: "blocked" | "stopped" | "zombie";
  readonly parent: ProcessName | "";
  /** The machine state that it is in, and the call that it is blocked in. */
  readonly state: string;
  readonly request: Request | null;
  readonly holdsLock: boolean;
  /** Descriptors that it holds and that no call it can still reach will use. */
  readonly unneeded: readonly DescriptorName[];
}

/** Nothing can move any more, but for faults. */
export interface QuiescentEvent {
  readonly type: "quiescent";
  readonly log: Bytes;
  /** Whether the port still accepts connections. */
  readonly portOpen: boolean;
  readonly processes: readonly QuietProcess[];
}

export type TraceEvent =
  | CallEvent
  | ProgressEvent
  | ReturnEvent
  | SignalEvent
  | ExitEvent
  | FaultEvent
  | QuiescentEvent;

/** An event with the moment at which it was noted. */
export interface Stamped {
  /** Nanoseconds of a clock that all processes see alike. */
  readonly at: number;
  readonly event: TraceEvent;
}
