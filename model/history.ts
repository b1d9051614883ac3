/**
 * Histories: what clients did and saw, and how the server stood when it was at rest. All that can be seen from outside, of any
 * server of the wire protocol, at any size; a trace knows every call besides.
 */
import type { Bytes } from "./syscall.ts";

/** A connection of a client: `client[3].2`. */
export type ConnectionName = string;

/** A process of the server that is at rest. */
export interface RestingProcess {
  readonly pid: number;
  readonly role: string;
  /** The connection that it serves; empty for those that serve none that is open. */
  readonly connection: ConnectionName;
  readonly status: "asleep" | "busy" | "stopped" | "zombie";
  /** How many descriptors it has. */
  readonly descriptors: number;
}

export interface RestEvent {
  readonly type: "rest";
  /** Whether it came to rest at all in the time that it was given. */
  readonly reached: boolean;
  readonly log: Bytes;
  readonly processes: readonly RestingProcess[];
}

export type HistoryEvent =
  /** It is connecting. A stranger will not show the right token. */
  | { readonly type: "connect"; readonly connection: ConnectionName; readonly stranger: boolean }
  /** It has sent these bytes, behind its token. */
  | { readonly type: "sent"; readonly connection: ConnectionName; readonly bytes: Bytes }
  | { readonly type: "received"; readonly connection: ConnectionName; readonly bytes: Bytes }
  | { readonly type: "closed"; readonly connection: ConnectionName; readonly by: "client" | "server" }
  /**
   * A fault is about to hit a process for good: one of the cluster of a connection; the `anchor`; or the `door`, which is whoever
   * lets connections in.
   */
  | { readonly type: "struck"; readonly whom: ConnectionName | "anchor" | "door" }
  /** Another anchor stands: on it hangs whoever connects from now on. */
  | { readonly type: "renewed" }
  | RestEvent;
