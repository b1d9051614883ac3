/** What is typed, as readline can take it. */
import { Transform, type TransformCallback } from "node:stream";
import type { ReadStream } from "node:tty";

/**
 * Keys of a terminal, each Enter in a piece of its own. Where keys arrive together (a slow connection, a paste), readline
 * takes what follows a cursor key to the end of the line if there is an Enter in the same piece: seen with Node 20.
 */
export class Keys extends Transform {
  constructor(private readonly terminal: ReadStream) {
    super({ decodeStrings: false, encoding: "utf8" });
    terminal.setEncoding("utf8").pipe(this);
  }

  override _transform(keys: string, _encoding: BufferEncoding, done: TransformCallback): void {
    for (const piece of keys.split(/([\r\n])/)) if (piece !== "") this.push(piece);
    done();
  }

  /** Readline asks for it when it begins, and gives it up when it ends or somebody types Ctrl-Z. */
  setRawMode(isRaw: boolean): void {
    this.terminal.setRawMode(isRaw);
  }
}
