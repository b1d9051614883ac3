/** The input of a chat in a pipe: its lines go on as there is room for them, and no more of it is read than that. */
import type { Readable } from "node:stream";
import { type Bytes, splitLines } from "../../model/index.ts";

/** No line of any chat is that long, in bytes: what is more of one is not kept. */
export const longestLine = 1 << 20;

export interface FeedOptions {
  /** Milliseconds for which room is waited for. */
  readonly patience: number;
  /** For how many lines there is room; where that has been waited for in vain, it is made. */
  room(isUrgent: boolean): number;
  take(line: Bytes): void;
  /** Nothing more will come, and everything has been taken. */
  end(): void;
}

export class Feed {
  /** Read, and not taken yet. */
  private lines: Bytes[] = [];
  private rest = "";
  private hasEnded = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly input: Readable,
    private readonly options: FeedOptions,
  ) {
    input.setEncoding("latin1");
    input.on("data", (bytes: string) => {
      const split = splitLines(this.rest + bytes);
      this.rest = split.rest.slice(0, longestLine + 1);
      this.lines = this.lines.concat(split.lines);
      this.pass();
    });
    input.on("end", () => this.close());
    input.on("error", () => this.close()); // whoever wrote it has gone in another way
  }

  /** Lines that have been read for nothing, if it were over now. */
  get held(): number {
    return this.lines.length;
  }

  /** Passes on what there is room for. */
  pass(isUrgent = false): void {
    for (let room = this.roomFor(isUrgent); room > 0; room = this.roomFor(false)) {
      clearTimeout(this.timer);
      this.timer = undefined;
      for (const line of this.lines.splice(0, room)) this.options.take(line);
    }
    if (this.lines.length > 0) this.wait();
    else if (this.hasEnded) this.finish();
    else this.input.resume();
  }

  private roomFor(isUrgent: boolean): number {
    return this.lines.length > 0 ? this.options.room(isUrgent) : 0;
  }

  private wait(): void {
    this.input.pause();
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.pass(true);
    }, this.options.patience).unref();
  }

  private close(): void {
    if (this.rest !== "") this.lines.push(this.rest);
    this.rest = "";
    this.hasEnded = true;
    this.pass();
  }

  private finish(): void {
    this.hasEnded = false;
    this.options.end();
  }
}
