/**
 * A protocol as a value: which machines, who is there at the start, what they inherit, and which lock and signal logic
 * the kernel runs. Everything that checks, simulates or runs a protocol takes this value and nothing else.
 */
import type { AnyStateMachine } from "xstate";
import type { Parameters } from "./call.ts";
import { client } from "./client.ts";
import { lock } from "./lock.ts";
import type { ProcessMachine } from "./machine.ts";
import { signal } from "./signal.ts";
import type { Bytes, DescriptorName, Disposition, Signal } from "./syscall.ts";

export type PropertyId = `P${number}`;

/** Faults of the environment; each happens at most as often as its budget says. */
export const faultNames = [
  "crash",
  "stop",
  "cont",
  "daemon-restart",
  "disconnect",
  "return",
  "never-reads",
  "short-write",
  "disk-full",
] as const;
export type FaultName = (typeof faultNames)[number];
export type Budget = Readonly<Partial<Record<FaultName, number>>>;

/** How much of a protocol is looked at. */
export interface Bounds {
  /** Clients with the right token. */
  readonly clients: number;
  /** Lines that each of them sends. */
  readonly messages: number;
  /** Further clients, with a wrong token. */
  readonly strangers: number;
  /** Segments that each line arrives in. */
  readonly segments: number;
  /** Segments that the token arrives in. */
  readonly tokenSegments: number;
  /** Whether a client's token and first line arrive in one segment. */
  readonly pipelined: boolean;
  /** Lines that are in the log before anything starts. */
  readonly stored: number;
  readonly faults: Budget;
  /** Whether clients never stop coming and writing, on a disk that gets full: see endless.ts. */
  readonly endless?: boolean;
  /** In such an environment: clients that come, hear, and go, again and again. */
  readonly visitors?: number;
}

export const defaultBounds: Bounds = {
  clients: 2,
  messages: 1,
  strangers: 0,
  segments: 1,
  tokenSegments: 1,
  pipelined: false,
  stored: 0,
  faults: {},
};

/** A descriptor that a process has from the start. */
export type Held =
  /** An open file; `shared` names the description where several descriptors refer to one. */
  | { readonly file: string; readonly append: boolean; readonly shared?: string }
  /** A socket in which these bytes wait to be read, and whose peer reads nothing. */
  | { readonly socket: Bytes };

/** A process that is there before anything happens. */
export interface InitialProcess {
  readonly role: string;
  /** The index of a process of a cluster: `1` of `RECV[1]`. */
  readonly index?: string;
  readonly group: string;
  readonly session: string;
  readonly holds?: Readonly<Record<DescriptorName, Held>>;
  /** Dispositions other than the default, and signals that are blocked. */
  readonly signals?: readonly {
    readonly signal: Signal;
    readonly disposition: Disposition;
    readonly blocked: boolean;
  }[];
}

export interface Protocol {
  readonly id: string;
  /** What it is, or for a variant what it changes, in one sentence. */
  readonly says: string;
  readonly machines: Readonly<Record<string, ProcessMachine>>;
  readonly client: ProcessMachine;
  readonly start: readonly InitialProcess[];
  readonly lock: AnyStateMachine;
  readonly signal: AnyStateMachine;
  readonly parameters: Parameters;
  /** The bounds that `check` takes when it is not told any. */
  readonly bounds: Bounds;
  /** Properties that are expected to break within `bounds`. */
  readonly breaks: readonly PropertyId[];
  /** Whether a write to the log may be seen half done by whoever reads without a lock (no write to a file is atomic to an unlocked reader). */
  readonly tornWrites: boolean;
}

/** The machine of a role; the clients' is kept apart because no protocol starts one. */
export const machineFor = (protocol: Protocol, role: string): ProcessMachine | undefined =>
  role === "client" ? protocol.client : protocol.machines[role];

export const defaultParameters: Parameters = {
  readSize: 64,
  socketBuffer: 64,
  lineLimit: 16,
  tokenLength: 2,
  historyLines: 1_000_000,
  historySize: 1_000_000,
};

type Stated = "id" | "says" | "machines" | "start";
/** What {@link defineProtocol} must be told, and what it may be told. */
export type ProtocolDefinition = Pick<Protocol, Stated> &
  Partial<Omit<Protocol, Stated | "parameters" | "bounds">> & {
    readonly parameters?: Partial<Parameters>;
    readonly bounds?: Partial<Bounds>;
  };

/** A protocol of one's own. What is left out is as in `papaya`: the client, flock, signals, sizes, bounds. */
export const defineProtocol = (definition: ProtocolDefinition): Protocol => ({
  client,
  lock,
  signal,
  breaks: [],
  tornWrites: true,
  ...definition,
  parameters: { ...defaultParameters, ...definition.parameters },
  bounds: { ...defaultBounds, ...definition.bounds },
});

/** What a variant changes of its base. */
export interface VariantDefinition extends Partial<Omit<ProtocolDefinition, "machines">> {
  readonly id: string;
  readonly says: string;
  /** New machines for some roles, often made of the base's with `withStates`. */
  readonly machines?: Readonly<Record<string, ProcessMachine>>;
}

/** A protocol that differs from another one in what is said, and in nothing else. */
export const variant = (base: Protocol, change: VariantDefinition): Protocol => ({
  ...base,
  breaks: [],
  ...change,
  machines: { ...base.machines, ...change.machines },
  parameters: { ...base.parameters, ...change.parameters },
  bounds: { ...base.bounds, ...change.bounds },
});
