/** What a server is told: by whoever starts it, and by its supervisor to the processes that it consists of. */
import { join } from "node:path";
import type { Parameters } from "../../model/index.ts";
import { papaya } from "../../model/protocols/papaya.ts";

/**
 * When fsync(2) is called on the log.
 *
 * - `none`: never. A power cut takes what the kernel had not written yet, some 30 seconds of it.
 * - `batch`: by RECV after each append, outside the lock, before it reads on from its client. A power cut takes what
 *   the clients had sent last, one append each; others may have seen those lines.
 * - `always`: by RECV after each append, under the lock. What anybody was sent is on the disk.
 */
export type Durability = "none" | "batch" | "always";

/** `drain`: clients that are there may stay until they leave by themselves, or time is up. `keep`: they stay. */
export type StopManner = "drain" | "keep";

export interface Limits {
  /** Clients at once, in all sessions together. */
  readonly clients: number;
  /** Connections at once that have not shown their token yet; the one that has waited longest makes room. */
  readonly unauthenticated: number;
  /** Longest line, in bytes, its `\n` included. */
  readonly line: number;
  /** Milliseconds in which a token has to arrive. */
  readonly authentication: number;
}

/** A chat of its own: whoever shows its token takes part in it, and in no other. */
export interface ChatSession {
  readonly name: string;
  /** An absolute path. */
  readonly log: string;
  /** SHA-256 of the token, in hex. Nobody but who reads the token file ever has the token itself. */
  readonly digest: string;
}

export interface ServerSettings {
  /** An IPv4 or IPv6 address; `::` is every address of both families. */
  readonly address: string;
  /** 0 for one that is free. */
  readonly port: number;
  readonly sessions: readonly ChatSession[];
  /** How many of the last lines a client is sent when it comes. */
  readonly history: number | "all";
  readonly durability: Durability;
  readonly limits: Limits;
  readonly onStop: StopManner;
  /** Seconds that clients are given at `drain`. */
  readonly drain: number;
  /** A directory of the server's own: its control socket, its events, what a process said last. An absolute path. */
  readonly state: string;
}

/** What all processes of the server know; never the token. */
export interface Facts extends Omit<ServerSettings, "onStop" | "drain"> {
  /** The number of the next client. */
  readonly nextClient: number;
}

/** Where things are in the state directory. */
export const stations = {
  /** Whoever supervises the server holds a flock on it; the anchor's process id stands in it. */
  lock: (state: string) => join(state, "lock"),
  /** The anchor listens here for a supervisor. */
  control: (state: string) => join(state, "control"),
  /** A FIFO: processes write what happens, the supervisor reads it. */
  events: (state: string) => join(state, "events"),
  /** Standard error of all processes. */
  errors: (state: string) => join(state, "errors"),
} as const;

export const tokenLength = 128;

/** Bytes that are read at once from a client, and from the log under one shared lock. No line is allowed to be longer. */
export const readSize = 65_536;

/** The protocol's parameters in a server. */
export const parametersOf = ({ limits }: Facts): Parameters => ({
  ...papaya.parameters,
  readSize,
  lineLimit: limits.line,
  tokenLength,
});
