/**
 * What a client has shown of the log, across its connections: which of the lines that come are new.
 *
 * A server begins every connection with its history. With a history of all lines a connection begins with everything that
 * was shown before, so nothing is lost and nothing doubled. With a bounded one it begins somewhere in what was shown, or
 * behind it; where exactly, nobody says. The longest overlap that agrees is taken for it: right for every history of all
 * lines, and for a bounded one as long as what was shown does not repeat itself to its very end.
 */
import type { Bytes } from "../../model/index.ts";

export interface News {
  /** The lines that have not been shown yet. */
  readonly lines: readonly Bytes[];
  /** Whether lines may be missing before them: this connection began with nothing that was shown before. */
  readonly gap: boolean;
}

const nothing: News = { lines: [], gap: false };

export class Shown {
  private readonly lines: Bytes[] = [];
  /** What this connection has sent, as long as all of it may have been shown before. */
  private repeated: Bytes[] | null = null;
  /** The earliest place in what was shown at which the repetition may begin. */
  private from = 0;

  /** A new connection stands. */
  reconnect(): void {
    this.repeated = this.lines.length > 0 ? [] : null;
    this.from = 0;
  }

  /** Takes the next line of the log that this connection sends. */
  take(line: Bytes): News {
    if (this.repeated === null) {
      this.lines.push(line);
      return { lines: [line], gap: false };
    }
    this.repeated.push(line);
    if (this.lines[this.from + this.repeated.length - 1] !== line) this.moveOn(this.repeated);
    const overlap = this.lines.length - this.from;
    if (this.repeated.length < overlap) return nothing;
    const fresh = this.repeated.slice(overlap);
    this.repeated = null;
    for (const one of fresh) this.lines.push(one);
    return { lines: fresh, gap: overlap === 0 };
  }

  /** To the earliest place from which on everything that was shown agrees with what this connection has sent. */
  private moveOn(repeated: readonly Bytes[]): void {
    const { lines } = this;
    const agrees = () =>
      repeated.every((line, at) => this.from + at >= lines.length || lines[this.from + at] === line);
    while (this.from < lines.length && !agrees()) this.from++;
  }
}
