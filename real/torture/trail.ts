/** What a campaign leaves for whoever looks for the reason of a failure: everything that happened, a line of JSON each. */
import { createWriteStream, type WriteStream } from "node:fs";
import type { HistoryEvent } from "../../model/index.ts";

/** Longest byte string that is written down whole; clients receive the log itself, which is kept beside. */
const longest = 200;

const brief = (bytes: string): string =>
  bytes.length <= longest ? bytes : `${bytes.slice(0, longest)}… (${bytes.length} bytes)`;

export class Trail {
  private readonly began = performance.now();
  private readonly file: WriteStream;

  constructor(path: string) {
    this.file = createWriteStream(`${path}.jsonl`, { mode: 0o600 });
  }

  write(what: object): void {
    const at = Math.round(performance.now() - this.began);
    this.file.write(`${JSON.stringify({ at, ...what })}\n`);
  }

  /** Writes an event down. What is received is too much for that, but where it is what broke something. */
  hear(event: HistoryEvent, isBreaking: boolean): void {
    if (isBreaking) this.write({ broken: true });
    if (event.type === "rest")
      this.write({ type: "rest", reached: event.reached, processes: event.processes });
    else if (event.type === "sent") this.write({ ...event, bytes: brief(event.bytes) });
    else if (event.type !== "received" || isBreaking) this.write(event);
  }

  end(): Promise<void> {
    return new Promise((done) => this.file.end(() => done()));
  }
}
