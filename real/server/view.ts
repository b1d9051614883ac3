/**
 * What SEND sees of the log. Its machine reads from the beginning to the end before it delivers anything; in a server with a
 * long log that would keep writers waiting and take as much memory as the log is long. So it is shown a log that
 * begins where its client's history begins, and that ends, for one turn of the lock, a megabyte further at most: as if the rest
 * had been appended a moment later, with the signal that goes with it.
 */
import type { RequestFor, Result } from "../../model/index.ts";
import { flags, native, signalNumbers } from "../native.ts";
import type { Self } from "../self.ts";
import { calls } from "../syscalls/index.ts";

/** Bytes that are read under one shared lock. */
const turn = 1 << 20;

const newline = 0x0a;

/** Where the last so many whole lines of a file begin. Half a line at the end is none. */
export const startOfLast = (fd: number, lines: number): number => {
  const block = Buffer.alloc(65_536);
  let left = lines + 1; // the `\n` before the first of them
  for (let end = Number(native.lseek(fd, 0, flags.SEEK_END)); end > 0; ) {
    const from = Math.max(0, end - block.length);
    const size = Number(native.pread(fd, block, end - from, from));
    for (let at = size - 1; at >= 0; at--) if (block[at] === newline && --left === 0) return from + at + 1;
    end = size <= 0 ? 0 : from;
  }
  return 0;
};

export class View {
  /** Where the log begins, for this client; not known before the first look. */
  private start: number | null;
  private inTurn = 0;

  constructor(
    private readonly self: Self,
    private readonly history: number | "all",
  ) {
    this.start = history === "all" ? 0 : null;
  }

  /** A new turn of the lock begins. */
  seek(request: RequestFor<"lseek">): Result {
    this.inTurn = 0;
    this.start ??= startOfLast(this.self.descriptor(request.fd).number, Number(this.history));
    const result = calls.lseek(
      this.self,
      { call: "lseek", fd: request.fd, offset: this.start + request.offset, whence: request.whence },
      "",
    );
    return result.type === "ok" ? { ...result, value: request.offset } : result;
  }

  read(request: RequestFor<"read">): Result {
    const isLast = this.inTurn + request.size >= turn;
    // A read that brings less than was asked for is the last one of a turn.
    const size = isLast ? request.size - 1 : request.size;
    const result = calls.read(
      this.self,
      { call: "read", fd: request.fd, size, timeout: request.timeout },
      "",
    );
    if (result.type !== "data") return result;
    this.inTurn += result.bytes.length;
    if (isLast && result.bytes.length === size) native.kill(this.self.pid, signalNumbers.SIGUSR1);
    return result;
  }
}
