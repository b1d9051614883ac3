/**
 * What a kernel says of its processes at one moment, in words that the simulated and the real one share: so the two can
 * be compared after every step.
 */
import type { ProcessName } from "./name.ts";
import type { Action } from "./schedule.ts";
import type { Bytes, DescriptorName, Signal } from "./syscall.ts";
import type { QuiescentEvent, TraceEvent } from "./trace.ts";

export type ObservedDescriptor =
  /** `lock`: what the open file description behind it holds. */
  | {
      readonly kind: "file";
      readonly path: string;
      readonly offset: number;
      readonly lock: "SH" | "EX" | null;
    }
  | { readonly kind: "socket" }
  | { readonly kind: "listener" };

export interface ObservedSignal {
  readonly disposition: "default" | "ignore" | "handler";
  readonly blocked: boolean;
  readonly pending: boolean;
}

/** Signals that are not looked at: nobody can catch, block or ignore the first two, and of the third it does not matter. */
export const unseenSignals: ReadonlySet<Signal> = new Set<Signal>(["SIGKILL", "SIGSTOP", "SIGCONT"]);

export interface ObservedProcess {
  readonly status: "running" | "stopped" | "zombie";
  /** The parent, or empty where that is none of these processes. */
  readonly parent: ProcessName | "";
  /** The call that it stands before, or is blocked in; empty for a zombie. */
  readonly call: string;
  /** The processes in its group, itself included, in the order of their names. Empty for clients: theirs do not matter. */
  readonly group: readonly ProcessName[];
  readonly descriptors: Readonly<Record<DescriptorName, ObservedDescriptor>>;
  readonly signals: Readonly<Partial<Record<Signal, ObservedSignal>>>;
}

export interface Observation {
  readonly processes: Readonly<Record<ProcessName, ObservedProcess>>;
  readonly files: Readonly<Record<string, Bytes>>;
  readonly portOpen: boolean;
}

const describeDescriptor = (descriptor: ObservedDescriptor): string =>
  descriptor.kind === "file"
    ? `file ${descriptor.path} at ${descriptor.offset}${descriptor.lock === null ? "" : `, holds ${descriptor.lock}`}`
    : descriptor.kind;

const describeSignal = ({ disposition, blocked, pending }: ObservedSignal): string =>
  [disposition, ...(blocked ? ["blocked"] : []), ...(pending ? ["pending"] : [])].join(", ");

/** An observation as lines, each a statement of its own: what two kernels say differently is what only one has. */
export const describeObservation = ({ processes, files, portOpen }: Observation): readonly string[] => [
  ...Object.entries(processes).flatMap(([name, { status, parent, call, group, descriptors, signals }]) => [
    `${name}: ${status}${parent === "" ? "" : `, child of ${parent}`}`,
    ...(call === "" ? [] : [`${name}: stands before ${call}`]),
    ...(group.length > 0 ? [`${name}: in a group with ${group.join(", ")}`] : []),
    ...Object.entries(descriptors).map(([fd, one]) => `${name} ${fd}: ${describeDescriptor(one)}`),
    ...Object.entries(signals).map(([signal, one]) => `${name} ${signal}: ${describeSignal(one)}`),
  ]),
  ...Object.entries(files).map(([path, content]) => `file ${path}: ${JSON.stringify(content)}`),
  `port: ${portOpen ? "open" : "closed"}`,
];

/** What is to be expected after a step, or before the first one. */
export interface Expectation {
  readonly after: Observation;
  /** Who stands before a call that would block. */
  readonly blocked: ReadonlySet<ProcessName>;
  /** Whose handler is about to run, before its call or inside it. */
  readonly due: ReadonlySet<ProcessName>;
}

/** A step as the model has it. */
export interface PredictedStep extends Expectation {
  readonly action: Action;
  readonly events: readonly TraceEvent[];
}

/** A handler that would run in the call that a process waits in, and whether the call would return EINTR for it. */
export interface Waking {
  readonly process: ProcessName;
  readonly signal: Signal;
  readonly interrupts: boolean;
}

/** A schedule as the model has it, so that a real kernel can be held against it. */
export interface Prediction {
  readonly start: Expectation;
  readonly steps: readonly PredictedStep[];
  /** Where nothing can move any more at the end: the event that says so. */
  readonly end: QuiescentEvent | null;
  /** What each signal would do then to whoever waits and catches it. */
  readonly wakings: readonly Waking[];
}
