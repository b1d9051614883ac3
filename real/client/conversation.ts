/** What a client makes of what a server sends: one conversation, over as many connections as it takes. No input, no output. */
import { type Bytes, noticePrefix, notices, splitLines } from "../../model/index.ts";
import {
  addLine,
  cutOff,
  emptyOutbox,
  isSettled,
  type Outbox,
  sendAll,
  takeRefusal,
  takeReturn,
} from "./outbox.ts";
import { Shown } from "./shown.ts";

/** What there is to be told to whoever takes part. */
export type Told =
  /** A new line of the log. */
  | { readonly type: "line"; readonly line: Bytes; readonly own: boolean }
  /** A word of the server to this client alone. */
  | { readonly type: "notice"; readonly line: Bytes }
  /** Lines may be missing between what was shown and what comes now. */
  | { readonly type: "gap" }
  /** An own line that the server has not stored. */
  | { readonly type: "refused"; readonly line: Bytes }
  /** An own line that had not come back when the connection was cut. */
  | { readonly type: "doubtful"; readonly line: Bytes }
  /** An own line that could not be sent before all was over. */
  | { readonly type: "unsent"; readonly line: Bytes };

const each = (type: "refused" | "doubtful" | "unsent", lines: readonly Bytes[]): Told[] =>
  lines.map((line) => ({ type, line }));

const refusals: ReadonlySet<Bytes> = new Set([
  notices.tooLong,
  notices.reserved,
  notices.controlBytes,
  notices.diskFull,
]);

/** No line of any chat is that long, in bytes: whoever sends more without an end is no chat server. */
const longest = 1 << 20;

export class Conversation {
  private readonly shown = new Shown();
  private outbox: Outbox = emptyOutbox;
  /** The beginning of a line whose end has not come yet. */
  private rest = "";
  private refused = 0;

  /** A connection stands. Half a line of the last one will come again, whole. */
  connect(): void {
    this.rest = "";
    this.shown.reconnect();
  }

  /** The connection is gone. */
  cut(): Told[] {
    const { outbox, refused, doubtful } = cutOff(this.outbox);
    this.outbox = outbox;
    this.refused += refused.length;
    return [...each("refused", refused), ...each("doubtful", doubtful)];
  }

  /** The connection is gone, and there will be no other one. */
  end(): Told[] {
    return [...this.cut(), ...each("unsent", this.outbox.unsent)];
  }

  /** One's own line is to be sent. */
  add(line: Bytes): void {
    this.outbox = addLine(this.outbox, line);
  }

  /** The bytes to be sent now. */
  release(): Bytes {
    const bytes = this.outbox.unsent.join("");
    this.outbox = sendAll(this.outbox);
    return bytes;
  }

  /** The server has sent some bytes. Throws an Error where they are no chat. */
  hear(bytes: Bytes): Told[] {
    const { lines, rest } = splitLines(this.rest + bytes);
    if (rest.length > longest) throw new Error("what it sends are no lines");
    this.rest = rest;
    return lines.flatMap((line) => (line.startsWith(noticePrefix) ? this.heed(line) : this.show(line)));
  }

  /** Own lines that have been sent and not come back yet, or are still to be sent. */
  get underWay(): readonly Bytes[] {
    return [...this.outbox.waiting, ...this.outbox.unsent];
  }

  /** How many own lines were not stored, or may not have been, or were not even sent. */
  get lost(): number {
    return this.refused + this.outbox.doubtful.length + this.outbox.unsent.length;
  }

  /** Whether own lines of an earlier connection may be in the log, and have not been seen there. */
  get isInDoubt(): boolean {
    return this.outbox.doubtful.length > 0;
  }

  /** Whether no own line is on its way any more. */
  get isSettled(): boolean {
    return isSettled(this.outbox);
  }

  private heed(line: Bytes): Told[] {
    if (refusals.has(line)) this.outbox = takeRefusal(this.outbox);
    return [{ type: "notice", line }];
  }

  private show(line: Bytes): Told[] {
    const news = this.shown.take(line);
    const told = news.lines.flatMap((one): Told[] => {
      const { outbox, own, overtaken } = takeReturn(this.outbox, one);
      this.outbox = outbox;
      this.refused += overtaken.length;
      return [...each("refused", overtaken), { type: "line", line: one, own }];
    });
    return news.gap ? [{ type: "gap" }, ...told] : told;
  }
}
