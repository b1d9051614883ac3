/** A server of the wire protocol in a few lines, for tests that have to decide when it does what. */
import { createServer, type Server, type Socket } from "node:net";
import { notices, refusalOf, splitLines } from "../../model/index.ts";

export const token = "0123456789abcdef".repeat(8);

export class TestServer {
  readonly log: string[] = [];
  /** All lines that have come, stored or not. */
  readonly heard: string[] = [];
  /** Lines of history that a new connection is sent. */
  history = Number.POSITIVE_INFINITY;
  /** Whether lines that come are stored; where not, nobody is told anything. */
  stores = true;
  /** So many connections are closed as if their token were wrong. */
  turnsAway = 0;
  port = 0;
  private readonly sockets = new Set<Socket>();
  private server: Server | undefined;

  async open(): Promise<void> {
    const server = createServer((socket) => this.serve(socket));
    await new Promise<void>((done) => server.listen(this.port, "127.0.0.1", done));
    const address = server.address();
    this.port = typeof address === "object" && address !== null ? address.port : 0;
    this.server = server;
  }

  /** Cuts everybody off, and closes the port. */
  close(): Promise<void> {
    this.cut();
    return new Promise((done) => (this.server === undefined ? done() : this.server.close(() => done())));
  }

  cut(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  /** Appends lines, and sends them to everybody. */
  append(...lines: string[]): void {
    this.log.push(...lines);
    for (const socket of this.sockets) socket.write(lines.join(""), "latin1");
  }

  /** Sends bytes to everybody, as they are. */
  send(bytes: string): void {
    for (const socket of this.sockets) socket.write(bytes, "latin1");
  }

  private serve(socket: Socket): void {
    let shown = "";
    let rest = "";
    socket.on("error", () => undefined).on("close", () => this.sockets.delete(socket));
    socket.setEncoding("latin1").on("data", (bytes: string) => {
      const isNew = shown.length < token.length;
      const all = isNew ? shown + bytes : rest + bytes;
      if (isNew) {
        shown = all.slice(0, token.length);
        if (shown.length < token.length) return;
        if (shown !== token || this.turnsAway-- > 0) return void socket.destroy();
        socket.write(this.log.slice(-this.history).join(""), "latin1");
        this.sockets.add(socket);
      }
      const split = splitLines(isNew ? all.slice(token.length) : all);
      rest = split.rest;
      for (const line of split.lines) this.take(socket, line);
    });
  }

  private take(socket: Socket, line: string): void {
    this.heard.push(line);
    const refusal = refusalOf(line, 4096);
    if (refusal !== null) socket.write(refusal, "latin1");
    else if (this.stores) this.append(line);
    else if (line.includes("full")) socket.write(notices.diskFull, "latin1");
  }
}
