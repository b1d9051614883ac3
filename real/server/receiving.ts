/** RECV at its edge: takes part in the log, sees to it that what is appended is on the disk when it has to be, counts lines. */
import { match } from "ts-pattern";
import type { Bytes, Request, RequestFor, Result } from "../../model/index.ts";
import { native } from "../native.ts";
import type { Self } from "../self.ts";
import { perform } from "../syscalls/index.ts";
import { failure } from "../syscalls/outcome.ts";
import { type Saying, tell } from "./events.ts";
import { occupy } from "./occupancy.ts";
import { clientAt, type Edge, identity, type Post, showTitle, waiting } from "./post.ts";

export const linesIn = (bytes: Bytes): number => bytes.split("\n").length - 1;

/** Opens the log, and takes part in it. Fails where another server has it by now. */
export const openLog = (self: Self, request: RequestFor<"open">): Result => {
  const result = perform(self, request);
  if (result.type === "ok" && !occupy(self.descriptor(request.as).number, "shared"))
    return { type: "failed", errno: "another server has the log" };
  return result;
};

/** A quota that is used up is a full disk to whoever writes. */
const asFullDisk = (result: Result): Result =>
  result.type === "failed" && result.errno === "EDQUOT" ? { type: "ENOSPC" } : result;

export class Receiving implements Edge {
  readonly successor: Post;
  private stored = 0;
  /** Lines appended since the log was synchronised last. */
  private isDirty = false;

  constructor(
    private readonly self: Self,
    private readonly post: Post,
  ) {
    this.successor = { ...post, role: "SEND" };
  }

  perform(request: Request): Result {
    const { self, post } = this;
    return match(request)
      .with({ call: "open" }, (r) => openLog(self, r))
      .with({ call: "poll" }, (r) => perform(self, waiting(r)))
      .with({ call: "write", fd: "log" }, (r) => this.append(r))
      .with({ call: "flock", mode: "UN" }, (r) => this.unlock(r))
      .with({ call: "exit" }, (r) => {
        this.say({ event: "client left", ...clientAt(post), lines: this.stored });
        return perform(self, r);
      })
      .otherwise((r) => perform(self, r));
  }

  private append(request: RequestFor<"write">): Result {
    const written = asFullDisk(perform(this.self, request));
    const { durability } = this.post.facts;
    const result = written.type === "ok" && durability === "always" ? this.synchronise(written) : written;
    if (result.type === "ENOSPC" || result.type === "EFBIG")
      this.say({ event: "disk full", ...clientAt(this.post) });
    if (result.type === "ok" || result.type === "short") {
      this.isDirty = true;
      this.stored += linesIn(request.bytes.slice(0, result.value));
      showTitle(this.post, { lines: this.stored, unsent: 0 });
    }
    return result;
  }

  private unlock(request: RequestFor<"flock">): Result {
    const result = perform(this.self, request);
    if (!this.isDirty || this.post.facts.durability !== "batch") return result;
    this.isDirty = false;
    const synchronised = this.synchronise(result);
    // It is too late to take anything back; the client hears of it by being cut off.
    return synchronised === result ? result : { type: "failed", errno: synchronised.type };
  }

  private synchronise(result: Result): Result {
    return native.fdatasync(this.self.descriptor("log").number) < 0 ? asFullDisk(failure()) : result;
  }

  private say(saying: Saying): void {
    tell(this.post.facts, identity(this.post, this.self), saying);
  }
}
