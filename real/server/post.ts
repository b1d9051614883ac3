/** What a process of the server is there for, and how it differs at its edge from one of an ordinary run. */
import type { RequestFor, Signal } from "../../model/index.ts";
import type { Self } from "../self.ts";
import type { Calls } from "../syscalls/index.ts";
import { showEndpoint } from "./address.ts";
import type { ChatSession, Facts } from "./settings.ts";
import { type Cluster, clusterTitle, plainTitle, type Traffic } from "./title.ts";

export interface Post {
  readonly role: string;
  readonly facts: Facts;
  /** The anchor's process id, which is the kernel's session of all of them. */
  readonly anchor: number;
  /** The process group of each chat session, by its name. */
  readonly groups: Readonly<Record<string, number>>;
  /** The file that is the log of each chat session, by its name: the one that the server began with, as `fileAt` names it. */
  readonly files: Readonly<Record<string, string>>;
  /** The connection to the supervisor; the anchor and the daemon have it, -1 for others. */
  readonly link: number;
  /** For RECV and SEND. */
  readonly cluster: Cluster | null;
}

/**
 * The edge of a process: makes the calls that its machine names, and does at each what a server needs and a proof does not:
 * limits, durability, titles, events. A machine sees only results that it would see without it.
 */
export interface Edge {
  readonly calls: Calls;
  /** What the next child is there for. */
  readonly successor: Post;
  /** Done in a child that has just been forked: what of its parent's memory is none of its business. */
  forget?(): void;
}

/** The chat session that a process of a cluster belongs to. */
export const sessionAt = ({ facts, cluster }: Post): ChatSession => {
  const found = facts.sessions.find(({ name }) => name === cluster?.session) ?? facts.sessions[0];
  if (found === undefined) throw new Error("the server has no session");
  return found;
};

const noTraffic: Traffic = { lines: 0, unsent: 0 };

export const showTitle = ({ role, cluster, facts }: Post, traffic = noTraffic): void => {
  const what = role === "daemon" ? showEndpoint(facts) : (facts.sessions[0]?.name ?? "");
  process.title = cluster === null ? plainTitle(role, what) : clusterTitle(role, cluster, traffic);
};

/** How all of them wait: SIGTERM, blocked otherwise, ends a process only while it waits, never in the middle of anything. */
export const waiting = (request: RequestFor<"poll">): RequestFor<"poll"> => {
  const unblock = unblocked.get(request.unblock) ?? [...request.unblock, "SIGTERM"];
  unblocked.set(request.unblock, unblock);
  const { call, input, room, timeout } = request;
  return { call, input, room, unblock, timeout };
};

/** By what a machine names: whoever waits for the same signals again has the mask for them already. */
const unblocked = new WeakMap<readonly Signal[], readonly Signal[]>();

/** Who says something. */
export const identity = ({ role }: Post, { pid }: Self) => ({ role, pid });

/** Which client a process of a cluster is there for, as events tell it. */
export const clientAt = ({ cluster }: Post) => ({
  client: cluster?.number ?? 0,
  peer: cluster?.peer ?? "",
  session: cluster?.session ?? "",
});
