/** SEND at its edge: takes part in the log, sees as much of it as its client is to have, counts lines. */
import { match } from "ts-pattern";
import type { Request, RequestFor, Result } from "../../model/index.ts";
import type { Self } from "../self.ts";
import { perform } from "../syscalls/index.ts";
import { tell } from "./events.ts";
import { clientAt, type Edge, identity, type Post, showTitle, waiting } from "./post.ts";
import { linesIn, openLog } from "./receiving.ts";
import { View } from "./view.ts";

/** Bytes that a socket is offered at once: no more are copied than it may take. */
const portion = 1 << 18;

export class Sending implements Edge {
  readonly successor: Post;
  private readonly view: View;
  private delivered = 0;

  constructor(
    private readonly self: Self,
    private readonly post: Post,
  ) {
    this.successor = post;
    this.view = new View(self, post.facts.history);
  }

  perform(request: Request): Result {
    const { self, post } = this;
    return match(request)
      .with({ call: "open" }, (r) => openLog(self, r))
      .with({ call: "poll" }, (r) => perform(self, waiting(r)))
      .with({ call: "lseek" }, (r) => this.view.seek(r))
      .with({ call: "read", fd: "log" }, (r) => this.view.read(r))
      .with({ call: "write", fd: "socket" }, (r) => this.deliver(r))
      .with({ call: "exit" }, (r) => {
        const saying = { event: "delivery ended", ...clientAt(post), lines: this.delivered } as const;
        tell(post.facts, identity(post, self), saying);
        return perform(self, r);
      })
      .otherwise((r) => perform(self, r));
  }

  private deliver(request: RequestFor<"write">): Result {
    const bytes = request.bytes.slice(0, portion);
    const result = perform(this.self, { ...request, bytes });
    const taken = result.type === "ok" || result.type === "short" ? result.value : 0;
    const unsent = request.bytes.length - taken;
    this.delivered += linesIn(bytes.slice(0, taken));
    showTitle(this.post, { lines: this.delivered, unsent });
    return result.type === "ok" && unsent > 0 ? { type: "short", value: taken } : result;
  }
}
