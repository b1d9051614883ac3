/**
 * The anchor at its edge: no daemon without an order. Processes of clusters that are orphaned come to it, so that somebody
 * reaps them wherever the server runs; none of them is taken for a daemon.
 */
import { ok, type RequestFor, type Result } from "../../model/index.ts";
import { becomeSubreaper } from "../kernel.ts";
import { flags, native } from "../native.ts";
import type { Self } from "../self.ts";
import { type Calls, calls } from "../syscalls/index.ts";
import { done } from "../syscalls/outcome.ts";
import { endingOf, Gate } from "./gate.ts";
import type { Edge, Post } from "./post.ts";

export class Anchorage implements Edge {
  successor: Post;
  readonly calls: Calls = {
    ...calls,
    spawn: (_, r) => this.startDaemon(r),
    waitpid: () => this.awaitDaemon(),
  };
  private after: string | null = null;
  private daemon = 0;
  private readonly gate: Gate;
  /** Whether the group of a session has gone: nobody could come to it any more. */
  private isBroken = false;

  constructor(
    private readonly self: Self,
    private readonly post: Post,
    control: number,
    /** Processes that hold the groups of the other sessions: without them nobody could come to those. */
    private readonly keepers: readonly number[],
  ) {
    this.successor = post;
    this.gate = new Gate(control, post.anchor, () => this.reapOrphans());
    becomeSubreaper();
  }

  private startDaemon(request: RequestFor<"spawn">): Result {
    const facts = this.gate.pass(this.successor.facts, this.after);
    if (facts === null) return calls.exit(this.self, { call: "exit", code: 0 }, "");
    if (this.isBroken) return { type: "failed", errno: "the group of a session has gone" };
    this.successor = { ...this.post, role: "daemon", facts, link: this.gate.supervisor };
    const result = calls.spawn(this.self, request, "");
    if (result.type === "ok") this.daemon = this.self.pidOf(result.name);
    return result;
  }

  /** However it ended: whether there is to be another one is decided at the gate. */
  private awaitDaemon(): Result {
    const status = Buffer.alloc(4);
    for (;;) {
      const pid = native.waitpid(-1, status, 0);
      if (pid < 0) return done(pid);
      if (this.isKeeper(pid)) return { type: "failed", errno: "the group of a session has gone" };
      if (pid !== this.daemon) continue;
      this.after = endingOf(status.readInt32LE(0));
      return ok(1, `daemon@${pid}`);
    }
  }

  private reapOrphans(): void {
    const status = Buffer.alloc(4);
    for (let pid = 1; pid > 0; ) {
      pid = native.waitpid(-1, status, flags.WNOHANG);
      this.isBroken ||= this.isKeeper(pid);
    }
  }

  private isKeeper(pid: number): boolean {
    return this.keepers.includes(pid);
  }
}
