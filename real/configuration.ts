/** What a real process is told at its start. */
import type { DescriptorKind, Parameters, Program, Signal } from "../model/index.ts";

/** The same for all processes of a run: a file in the run's directory, which only its owner may read. */
export interface RunConfiguration {
  /** The id of a shipped protocol, the path of a file with one, or a program as data. */
  readonly protocol: string | Program;
  readonly parameters: Parameters;
  readonly token: string;
  readonly port: number;
  /** The log's path. */
  readonly log: string;
  /** How long a connection may take to show its token, in milliseconds. */
  readonly tokenTimeout: number;
  /** The Unix socket of whoever holds every process before each of its calls; absent in a run at its own pace. */
  readonly gate?: string;
  /** Whether every process writes down what it calls and what comes back; absent: yes. Those of a server that people use do not. */
  readonly record?: boolean;
}

export interface OpenDescriptor {
  readonly number: number;
  readonly kind: DescriptorKind;
  /** Whether no other descriptor anywhere refers to the same description, as far as this process knows. */
  readonly own: boolean;
}

/** What one process is told. */
export interface ProcessConfiguration {
  readonly role: string;
  /** Who forked it, where that is a process of the server. */
  readonly parent?: number;
  /** For a client: its number, and which of its connections this is. */
  readonly client?: { readonly name: string; readonly nth: number };
  readonly descriptors: Readonly<Record<string, OpenDescriptor>>;
  /** Process groups that it can name; 0 stands for its own. */
  readonly groups: Readonly<Record<string, number>>;
  readonly blocked: readonly Signal[];
  readonly ignored: readonly Signal[];
  /** Whether it keeps the handlers of the process that it was forked of: fork(2) without exec. */
  readonly handlers?: boolean;
}

/** Where things are in a run's directory. */
export const places = {
  configuration: "run.json",
  log: "log",
  traces: "traces",
  errors: "errors",
  gate: "gate",
  client: (name: string, nth: number) => `${name}.${nth}.json`,
} as const;
