/** A client of a campaign: does what its plan says, on one connection after the other, and tells what it did and saw. */
import type { Buffer } from "node:buffer";
import { connect, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import type { Bytes, ConnectionName, HistoryEvent } from "../../model/index.ts";
import type { ClientPlan, Entrance, Step } from "./plan.ts";

/** Milliseconds between two attempts to connect, and between two reads of a client that reads slowly. */
const again = 50;
const sip = 20;

export interface Surroundings {
  readonly port: number;
  readonly token: Bytes;
  readonly hear: (event: HistoryEvent) => void;
  /** Whether the campaign has been called off. */
  readonly isOver: () => boolean;
}

export class CampaignClient {
  private socket: Socket | null = null;
  private connection: ConnectionName = "";
  private times = 0;
  private isSlow = false;
  private entering: Promise<void> | null = null;
  private entrance: Entrance = { pieces: 1, pause: 0 };
  /** Bytes received, ever. */
  received = 0;

  constructor(
    readonly number: number,
    private readonly around: Surroundings,
  ) {}

  /** The connection that stands, and the port at its own end; null where there is none. */
  get standing(): { readonly connection: ConnectionName; readonly port: number } | null {
    const port = this.socket?.localPort;
    return this.socket === null || port === undefined ? null : { connection: this.connection, port };
  }

  /** Whether everything that was written has reached the kernel, and everything is read that comes. */
  get isStill(): boolean {
    return this.socket !== null && this.socket.writableLength === 0 && !this.socket.isPaused();
  }

  /** Does what the plan says. It is connected when that is done. */
  async play({ entrance, steps }: ClientPlan): Promise<void> {
    this.entrance = entrance;
    for (const step of steps) {
      if (this.around.isOver()) return;
      await this.take(step);
    }
    this.isSlow = false;
    this.socket?.resume();
    await this.enter();
  }

  /** Connects, and shows the token, if it is not connected; as often as it takes. */
  enter(): Promise<void> {
    this.entering ??= this.knock().finally(() => {
      this.entering = null;
    });
    return this.entering;
  }

  leave(how: "end" | "reset"): void {
    const { socket } = this;
    if (socket === null) return;
    this.forget(socket, "client");
    if (how === "reset") socket.resetAndDestroy();
    else socket.resume().end();
  }

  private async knock(): Promise<void> {
    while (this.socket === null && !this.around.isOver()) if (!(await this.attempt())) await pause(again);
  }

  private async take(step: Step): Promise<void> {
    if (step.do === "wait") await pause(step.for);
    else if (step.do === "send") await this.send(step.segments, step.pause);
    else if (step.do === "stop-reading") this.stopReading(step.for);
    else if (step.do === "read-slowly") this.readSlowly(step.for);
    else {
      this.leave(step.how);
      await pause(step.for);
    }
  }

  private async send(segments: readonly Bytes[], between: number): Promise<void> {
    await this.enter();
    const { socket, connection } = this;
    for (const segment of segments) {
      // On another connection it would begin in the middle of a line.
      if (socket === null || this.socket !== socket) return;
      this.around.hear({ type: "sent", connection, bytes: segment });
      socket.write(segment, "latin1");
      if (between > 0) await pause(between);
    }
  }

  private stopReading(milliseconds: number): void {
    const { socket } = this;
    socket?.pause();
    setTimeout(() => socket?.resume(), milliseconds).unref();
  }

  private readSlowly(milliseconds: number): void {
    this.isSlow = true;
    setTimeout(() => {
      this.isSlow = false;
    }, milliseconds).unref();
  }

  /** One attempt to connect; whether it stands and the token has been sent. */
  private async attempt(): Promise<boolean> {
    this.times++;
    const connection = `client[${this.number}].${this.times}`;
    const { port, token, hear } = this.around;
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    this.socket = socket;
    this.connection = connection;
    hear({ type: "connect", connection, stranger: false });
    socket.on("data", (bytes: Buffer) => {
      if (this.socket !== socket) return;
      this.received += bytes.length;
      hear({ type: "received", connection, bytes: bytes.toString("latin1") });
      if (!this.isSlow) return;
      socket.pause();
      setTimeout(() => socket.resume(), sip);
    });
    const stands = await new Promise<boolean>((done) => {
      let hasStood = false;
      socket.on("error", () => undefined);
      socket.once("connect", () => {
        hasStood = true;
        done(true);
      });
      socket.once("close", () => {
        this.forget(socket, hasStood ? "server" : "client"); // one that never stood was not closed by anybody
        done(false);
      });
    });
    const { pieces, pause: between } = this.entrance;
    const size = Math.ceil(token.length / pieces);
    for (let at = 0; stands && at < token.length; at += size) {
      if (at > 0) await pause(between);
      socket.write(token.slice(at, at + size), "latin1");
    }
    return this.socket === socket;
  }

  private forget(socket: Socket, by: "client" | "server"): void {
    if (this.socket !== socket) return;
    this.socket = null;
    this.around.hear({ type: "closed", connection: this.connection, by });
  }
}
