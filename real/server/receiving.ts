/** RECV at its edge: takes part in the log, sees to it that what is appended is on the disk when it has to be, counts lines. */
import type { Bytes, RequestFor, Result } from "../../model/index.ts";
import { native } from "../native.ts";
import type { Self } from "../self.ts";
import { type Calls, calls } from "../syscalls/index.ts";
import { failure } from "../syscalls/outcome.ts";
import { type Saying, tell } from "./events.ts";
import { fileAt, occupy } from "./occupancy.ts";
import { clientAt, type Edge, identity, type Post, showTitle, waiting } from "./post.ts";

export const linesIn = (bytes: Bytes): number => bytes.split("\n").length - 1;

/**
 * Opens the log, and takes part in it. Fails where another server has it by now; or where it has been moved or replaced, and those
 * who are there would not see what those say who come now.
 */
export const openLog = (self: Self, { files, cluster }: Post, request: RequestFor<"open">): Result => {
  const result = calls.open(self, request, "");
  if (result.type !== "ok") return result;
  const { number } = self.descriptor(request.as);
  if (!occupy(number, "shared")) return { type: "failed", errno: "another server has the log" };
  const begun = files[cluster?.session ?? ""];
  if (begun !== undefined && fileAt(number) !== begun)
    return { type: "failed", errno: "the log is not the file any more that it was at the start" };
  return result;
};

/** A quota that is used up is a full disk to whoever writes. */
const asFullDisk = (result: Result): Result =>
  result.type === "failed" && result.errno === "EDQUOT" ? { type: "ENOSPC" } : result;

/** Or until SEND has gone, who writes nothing. */
const untilClientHasRoom = waiting({
  ...{ call: "poll", input: ["lifeline"], room: ["socket"], unblock: [], timeout: [] },
});

export class Receiving implements Edge {
  readonly successor: Post;
  readonly calls: Calls = {
    ...calls,
    open: (self, r) => openLog(self, this.post, r),
    poll: (self, r, name) => calls.poll(self, waiting(r), name),
    write: (_, r) => (r.fd === "log" ? this.append(r) : this.tellClient(r)),
    flock: (self, r, name) => (r.mode === "UN" ? this.unlock(r) : calls.flock(self, r, name)),
    exit: (self, r, name) => {
      this.say({ event: "client left", ...clientAt(this.post), lines: this.stored });
      return calls.exit(self, r, name);
    },
  };
  private stored = 0;
  /** Lines appended since the log was synchronised last. */
  private isDirty = false;

  constructor(
    private readonly self: Self,
    private readonly post: Post,
  ) {
    this.successor = { ...post, role: "SEND" };
  }

  private append(request: RequestFor<"write">): Result {
    const written = asFullDisk(calls.write(this.self, request, ""));
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

  /**
   * Notices go to SEND, which takes all that it is given: nobody would keep a client that sends nothing but what is refused, and reads
   * none of it, from filling the memory. So its next notices, and all that it sends behind them, wait until its socket has room.
   */
  private tellClient(request: RequestFor<"write">): Result {
    while (calls.poll(this.self, untilClientHasRoom, "").type === "EINTR");
    return calls.write(this.self, request, "");
  }

  private unlock(request: RequestFor<"flock">): Result {
    const result = calls.flock(this.self, request, "");
    if (!this.isDirty || this.post.facts.durability !== "batch") return result;
    this.isDirty = false;
    const synchronised = this.synchronise(result);
    if (synchronised === result) return result;
    // It is too late to take anything back; the client hears of it by being cut off.
    return synchronised.type === "failed" ? synchronised : { type: "failed", errno: synchronised.type };
  }

  private synchronise(result: Result): Result {
    return native.fdatasync(this.self.descriptor("log").number) < 0 ? asFullDisk(failure()) : result;
  }

  private say(saying: Saying): void {
    tell(this.post.facts, identity(this.post, this.self), saying);
  }
}
