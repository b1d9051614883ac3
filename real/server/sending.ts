/** SEND at its edge: takes part in the log, sees as much of it as its client is to have, counts lines. */
import type { RequestFor, Result } from "../../model/index.ts";
import type { Self } from "../self.ts";
import { type Calls, calls } from "../syscalls/index.ts";
import { tell } from "./events.ts";
import { clientAt, type Edge, identity, type Post, showTitle, waiting } from "./post.ts";
import { linesIn, openLog } from "./receiving.ts";
import { View } from "./view.ts";

/** Bytes that a socket is offered at once: no more are copied than it may take. */
const portion = 1 << 18;

export class Sending implements Edge {
  readonly successor: Post;
  readonly calls: Calls = {
    ...calls,
    open: (self, r) => openLog(self, this.post, r),
    poll: (self, r, name) => calls.poll(self, waiting(r), name),
    lseek: (_, r) => this.view.seek(r),
    write: (self, r, name) => (r.fd === "socket" ? this.deliver(r) : calls.write(self, r, name)),
    exit: (self, r, name) => {
      const saying = { event: "delivery ended", ...clientAt(this.post), lines: this.delivered } as const;
      tell(this.post.facts, identity(this.post, self), saying);
      return calls.exit(self, r, name);
    },
  };
  private readonly view: View;
  private delivered = 0;

  constructor(
    private readonly self: Self,
    private readonly post: Post,
  ) {
    this.successor = post;
    this.view = new View(self, post.facts.history);
  }

  private deliver(request: RequestFor<"write">): Result {
    const bytes = request.bytes.slice(0, portion);
    const result = calls.write(
      this.self,
      { call: "write", fd: request.fd, bytes, nonblock: request.nonblock },
      "",
    );
    const taken = result.type === "ok" || result.type === "short" ? result.value : 0;
    const unsent = request.bytes.length - taken;
    this.delivered += linesIn(bytes.slice(0, taken));
    showTitle(this.post, { lines: this.delivered, unsent });
    return result.type === "ok" && unsent > 0 ? { type: "short", value: taken } : result;
  }
}
