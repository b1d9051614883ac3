/**
 * Where a server's events go: to whoever reads a descriptor, if anybody does. Nobody ever waits for that reader: what it leaves no
 * room for is kept, up to a limit, and what is more is lost, and counted. (Node's own writers hand a write that blocks to a thread, and
 * cannot even end before that comes back.)
 */
import { writeSync } from "node:fs";
import { flags, native } from "../native.ts";
import { comesTrue } from "./waiting.ts";

/** Characters that are kept for a reader. */
const most = 1 << 20;
/** Milliseconds between two looks for room; how long the last lines are waited for. */
const lookEvery = 50;
const lastWait = 1_000;

/** Whether a line can be written at once: into a pipe, PIPE_BUF bytes can. */
const hasRoom = (fd: number): boolean => {
  const entry = Buffer.alloc(8);
  entry.writeInt32LE(fd, 0);
  entry.writeInt16LE(flags.POLLOUT, 4);
  return native.ppoll(entry, 1, Buffer.alloc(16), null) > 0;
};

export class Outlet {
  private readonly kept: string[] = [];
  private size = 0;
  private lost = 0;
  private timer: NodeJS.Timeout | null = null;

  constructor(private readonly fd: number) {}

  write(line: string): void {
    if (this.size + line.length > most) {
      this.lost++;
      return;
    }
    this.kept.push(line);
    this.size += line.length;
    this.pass();
  }

  /** How many lines have been lost since it was last asked. */
  takeLost(): number {
    const { lost } = this;
    this.lost = 0;
    return lost;
  }

  /** Gives the reader a moment for what is left. */
  async end(): Promise<void> {
    await comesTrue(() => this.pass(), lastWait);
    if (this.timer !== null) clearTimeout(this.timer);
  }

  /** Writes what there is room for; whether that was all. */
  private pass(): boolean {
    while (this.kept.length > 0 && hasRoom(this.fd)) {
      const line = this.kept.shift() ?? "";
      this.size -= line.length;
      try {
        writeSync(this.fd, line);
      } catch {
        // nobody reads any more; the server goes on
      }
    }
    if (this.kept.length === 0) return true;
    this.timer ??= setTimeout(() => {
      this.timer = null;
      this.pass();
    }, lookEvery).unref();
    return false;
  }
}
