/**
 * A client of the load, which does as little as it can for each byte that it receives. Every line has the same length and names its sender in
 * its first byte; so lines are counted without being looked at, and a client finds its own by one byte each.
 */
import { connect, type Socket } from "node:net";
import { lineLength } from "./order.ts";

/** One for all clients: what has been counted is not needed any more. */
const buffer = Buffer.alloc(1 << 16);

/** Printable, and no line starts with `* `. */
const markOf = (nth: number): number => 0x30 + nth;

export class Client {
  readonly socket: Socket;
  /** Bytes, those of the history included. */
  received = 0;
  /** Lines of its own: sent, and come back. */
  sent = 0;
  returned = 0;
  onReceipt: () => void = () => {};
  private readonly line: Buffer;

  constructor(nth: number, port: number, token: string) {
    const mark = markOf(nth);
    const text = `${String.fromCharCode(mark)}: ${"papaya ".repeat(lineLength)}`;
    this.line = Buffer.from(`${text.slice(0, lineLength - 1)}\n`, "latin1");
    const callback = (size: number): boolean => {
      const first = (lineLength - (this.received % lineLength)) % lineLength;
      for (let at = first; at < size; at += lineLength) if (buffer[at] === mark) this.returned++;
      this.received += size;
      this.onReceipt();
      return true;
    };
    this.socket = connect({ port, host: "127.0.0.1", noDelay: true, onread: { buffer, callback } });
    // Whoever is cut off makes its measurement worthless.
    this.socket.on("error", (error) => {
      throw error;
    });
    this.socket.write(Buffer.from(token, "latin1"));
  }

  send(): void {
    this.sent++;
    this.socket.write(this.line);
  }
}
