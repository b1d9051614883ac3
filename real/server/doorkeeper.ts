/**
 * The daemon at its edge: who may come in, and how many. Its machine learns of no token: what a connection shows is collected
 * here, and the machine is told of a right one as of one made of `k`s, of a wrong one as of something else.
 */
import { type DescriptorName, ok, type RequestFor, type Result, type Signal } from "../../model/index.ts";
import { flags, native, signalNumbers } from "../native.ts";
import type { Self } from "../self.ts";
import { type Calls, calls } from "../syscalls/index.ts";
import { failure, keep } from "../syscalls/outcome.ts";
import { timespec } from "../syscalls/waiting.ts";
import { type Endpoint, endpointOf, showEndpoint } from "./address.ts";
import { type Saying, tell } from "./events.ts";
import { clientsOf } from "./population.ts";
import { type Edge, identity, type Post, showTitle } from "./post.ts";
import { tokenLength } from "./settings.ts";
import { dismiss, listenAt, watchOver } from "./tcp.ts";
import { whichOpens } from "./token.ts";

/** What the machine takes for the token. */
export const rightToken = "k".repeat(tokenLength);

/** Blocked in the daemon but while it waits. */
const leaving: readonly Signal[] = ["SIGTERM"];

const serverFull = "* refused: the server is full, try again later\n";

interface Caller {
  readonly peer: Endpoint;
  /** What it has shown so far. */
  readonly shown: Buffer;
  length: number;
  /** The session that its token opens; -1 for none. */
  opens: number;
  /** Whether somebody else takes care of it now, or has been told why not. */
  settled: boolean;
}

/** How many descriptors this process may have. */
const descriptorLimit = (): number => {
  const limit = Buffer.alloc(16);
  native.prlimit(0, flags.RLIMIT_NOFILE, null, limit);
  const soft = limit.readBigUInt64LE(0);
  return soft > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(soft);
};

/** Descriptors that are for other things than connections: its own, and those of a cluster that is being started. */
const spare = 32;

export class Doorkeeper implements Edge {
  successor: Post;
  readonly calls: Calls = {
    ...calls,
    listen: (_, r) => this.listen(r),
    poll: (_, r) => this.poll(r),
    accept: (_, r) => this.accept(r),
    read: (_, r) => this.read(r),
    spawn: (_, r) => this.startCluster(r),
    close: (_, r) => this.close(r),
  };
  private readonly callers = new Map<DescriptorName, Caller>();
  private readonly digests: readonly Buffer[];
  /** Connections that may wait at once. */
  private readonly most: number;
  private nextClient: number;
  /** At least as many as there are clients: those that have gone since they were counted are still in it. */
  private atMost: number;

  constructor(
    private readonly self: Self,
    private readonly post: Post,
  ) {
    this.successor = post;
    this.digests = post.facts.sessions.map(({ digest }) => Buffer.from(digest, "hex"));
    this.most = Math.min(post.facts.limits.unauthenticated, Math.max(1, descriptorLimit() - spare));
    const clients = clientsOf(post.anchor);
    // The supervisor may not have heard of all.
    this.nextClient = Math.max(post.facts.nextClient, ...clients.map((number) => number + 1));
    this.atMost = clients.length;
  }

  /** The first bytes of tokens that others are still showing. The daemon's own copy stays. */
  forget(): void {
    for (const { shown } of this.callers.values()) shown.fill(0);
  }

  private listen({ as }: RequestFor<"listen">): Result {
    const { address } = this.post.facts;
    const number = listenAt(this.post.facts);
    if (number < 0) {
      const result = failure();
      this.say({ event: "port refused", errno: result.type === "failed" ? result.errno : result.type });
      return result;
    }
    keep(this.self, as, number, "listener");
    const bound = { address, port: endpointOf(number, "getsockname").port };
    showTitle({ ...this.post, facts: { ...this.post.facts, ...bound } });
    this.say({ event: "port open", ...bound });
    return ok();
  }

  /**
   * Those who have something to show come before those at the door. Where too many wait, or somebody's time is up, nobody is let in
   * before the one that has waited longest has made room: so nobody keeps others out by saying nothing, and no flood is let in.
   */
  private poll({ input, timeout }: RequestFor<"poll">): Result {
    const { self } = this;
    const [oldest] = timeout;
    const due = oldest === undefined ? null : (self.acceptedAt.get(oldest) ?? 0) + self.run.tokenTimeout;
    const isCrowded = timeout.length > this.most;
    const inside = input.filter((name) => name !== "listener");
    for (;;) {
      const left = due === null ? null : isCrowded ? 0 : Math.max(0, due - performance.now());
      const ready = this.firstReady(left === 0 ? inside : [...inside, "listener"], left);
      if (ready !== null) return { type: "readable", name: ready };
      if (oldest !== undefined && left === 0) return { type: "timeout", name: oldest };
    }
  }

  private firstReady(names: readonly DescriptorName[], milliseconds: number | null): DescriptorName | null {
    const { self, post } = this;
    const numbers = [post.link, ...names.map((name) => self.descriptor(name).number)];
    const entries = Buffer.alloc(8 * numbers.length);
    for (const [at, number] of numbers.entries()) {
      entries.writeInt32LE(number, 8 * at);
      entries.writeInt16LE(flags.POLLIN, 8 * at + 4);
    }
    const time = milliseconds === null ? null : timespec(milliseconds);
    if (native.ppoll(entries, numbers.length, time, self.maskWithout(leaving)) <= 0) return null;
    const isReady = (at: number) => entries.readInt16LE(8 * at + 6) !== 0;
    // Nobody supervises any more: the port closes with this process, the clusters go on.
    if (isReady(0)) native.kill(self.pid, signalNumbers.SIGKILL);
    return names.find((_, at) => isReady(at + 1)) ?? null;
  }

  /** A connection that has gone before it was accepted is one that has come to its end. */
  private accept({ fd }: RequestFor<"accept">): Result {
    const accepted = native.accept4(this.self.descriptor(fd).number, null, null, flags.SOCK_CLOEXEC);
    const number = accepted < 0 ? native.open("/dev/null", flags.O_RDONLY | flags.O_CLOEXEC) : accepted;
    const name = this.freeName();
    const result = keep(this.self, name, number, "socket");
    if (result.type !== "ok") return result;
    watchOver(number);
    this.self.acceptedAt.set(name, performance.now());
    const peer = endpointOf(number, "getpeername");
    const shown = Buffer.alloc(tokenLength);
    this.callers.set(name, { peer, shown, length: 0, opens: -1, settled: accepted < 0 });
    return result;
  }

  /** Names are used again, so that the daemon comes to the same states again and again. */
  private freeName(): DescriptorName {
    for (let nth = 1; ; nth++) if (!this.callers.has(`connection[#${nth}]`)) return `connection[#${nth}]`;
  }

  private read(request: RequestFor<"read">): Result {
    const caller = this.callers.get(request.fd);
    if (caller === undefined) return calls.read(this.self, request, "");
    const rest = caller.shown.subarray(caller.length, caller.length + request.size);
    const size = Number(native.read(this.self.descriptor(request.fd).number, rest, rest.length));
    if (size === 0) return { type: "eof" };
    if (size < 0) return { type: "ECONNRESET" }; // whatever it was, nobody is there any more
    caller.length += size;
    if (caller.length < tokenLength) return { type: "data", bytes: "k".repeat(size) };
    caller.opens = whichOpens(caller.shown, this.digests);
    caller.shown.fill(0);
    return { type: "data", bytes: (caller.opens < 0 ? "x" : "k").repeat(size) };
  }

  /** A client for whom there is no room is told so, and is done with. */
  private startCluster(request: RequestFor<"spawn">): Result {
    const [name = ""] = Object.values(request.descriptors);
    const caller = this.callers.get(name);
    const session = this.post.facts.sessions[caller?.opens ?? -1];
    if (caller === undefined || session === undefined) throw new Error(`nobody has shown a token on ${name}`);
    caller.settled = true;
    const peer = showEndpoint(caller.peer);
    if (this.isFull()) return this.refuse(name, peer, "full");
    const cluster = { number: this.nextClient, peer, session: session.name };
    this.successor = { ...this.post, role: "RECV", link: -1, cluster };
    const result = calls.spawn(this.self, request, "");
    if (result.type !== "ok") return this.refuse(name, peer, "no process can be started");
    this.nextClient++;
    this.atMost++;
    this.say({ event: "client came", client: cluster.number, peer, session: session.name });
    return result;
  }

  private isFull(): boolean {
    const { limits } = this.post.facts;
    if (this.atMost >= limits.clients) this.atMost = clientsOf(this.post.anchor).length;
    return this.atMost >= limits.clients;
  }

  private refuse(name: DescriptorName, peer: string, because: string): Result {
    dismiss(this.self.descriptor(name).number, serverFull);
    this.say({ event: "client refused", peer, because });
    return ok(0, "nobody");
  }

  private close(request: RequestFor<"close">): Result {
    const caller = this.callers.get(request.fd);
    this.callers.delete(request.fd);
    caller?.shown.fill(0);
    if (caller !== undefined && !caller.settled) {
      const because = caller.length === tokenLength ? "wrong token" : "no token";
      this.say({ event: "stranger", peer: showEndpoint(caller.peer), because });
    }
    return calls.close(this.self, request, "");
  }

  private say(saying: Saying): void {
    tell(this.post.facts, identity(this.post, this.self), saying);
  }
}
