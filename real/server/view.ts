/** What SEND sees of the log: for its machine it begins where its client's history begins. */
import type { RequestFor, Result } from "../../model/index.ts";
import { flags, native } from "../native.ts";
import type { Self } from "../self.ts";
import { calls } from "../syscalls/index.ts";

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

  constructor(
    private readonly self: Self,
    private readonly history: number | "all",
  ) {
    this.start = history === "all" ? 0 : null;
  }

  seek(request: RequestFor<"lseek">): Result {
    this.start ??= startOfLast(this.self.descriptor(request.fd).number, Number(this.history));
    const result = calls.lseek(
      this.self,
      { call: "lseek", fd: request.fd, offset: this.start + request.offset, whence: request.whence },
      "",
    );
    return result.type === "ok" ? { ...result, value: request.offset } : result;
  }
}
