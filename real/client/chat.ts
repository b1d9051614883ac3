/** A client's connection to a server, made again whenever it breaks. The only file here that does any input and output. */
import type { Buffer } from "node:buffer";
import { createConnection, type Socket } from "node:net";
import type { Bytes } from "../../model/index.ts";
import type { Address } from "./address.ts";
import { delayBefore } from "./backoff.ts";
import { Conversation, type Told } from "./conversation.ts";

/**
 * Why a chat is over. `left`: whoever took part wanted it so. `unreachable`: there never was a connection. `turned-away`: the
 * server closed the first one without a word, as it does where the token is wrong. `no-chat`: it sends what is no chat.
 */
export type Ending = "left" | "unreachable" | "turned-away" | "no-chat";

export interface Over {
  readonly ending: Ending;
  /** What the system said, for `unreachable`. */
  readonly problem: string;
  /** How many own lines nobody has seen come back. */
  readonly lost: number;
}

/** How the connection stands. `catching-up`: what comes may still be history, and own lines wait. */
export type Standing =
  | { readonly type: "connecting" | "catching-up" | "live" }
  | { readonly type: "away"; readonly problem: string; readonly seconds: number };

export interface Audience {
  /** Told what has come. `false`: nothing more, please, until {@link Chat.resume}. */
  hear(told: readonly Told[]): boolean;
  /** Told that the connection stands otherwise, or that own lines are on their way. */
  note(standing: Standing): void;
}

/** All in milliseconds. */
const connectWithin = 10_000;
/** Who has heard nothing for so long has heard the whole history; or after so long has waited long enough. */
const quiet = 250;
const patience = 5_000;
const closeWithin = 1_000;
const probeAfter = 30_000;

export class Chat {
  readonly over: Promise<Over>;
  standing: Standing = { type: "connecting" };
  private readonly conversation = new Conversation();
  private finish: (over: Over) => void = () => undefined;
  private socket: Socket | null = null;
  private timer: NodeJS.Timeout | undefined;
  private caughtUpBy = 0;
  private attempt = 0;
  private isOver = false;
  private isPaused = false;
  private hasConnected = false;
  /** Whether a server has ever sent anything: then the token was right. */
  private hasHeard = false;
  /** Connections that stood and were closed without a word. */
  private silences = 0;

  constructor(
    private readonly address: Address,
    private readonly token: string,
    private readonly audience: Audience,
  ) {
    this.over = new Promise((done) => {
      this.finish = done;
    });
  }

  /** Connects for the first time. */
  start(): void {
    this.open();
  }

  /** Own lines on their way. */
  get underWay(): readonly Bytes[] {
    return this.conversation.underWay;
  }

  /** Whether no own line is on its way, nor in doubt as long as the history may still bring it. */
  get isSettled(): boolean {
    const { isSettled, isInDoubt } = this.conversation;
    return isSettled && (this.standing.type === "live" || !isInDoubt);
  }

  /** Sends a line, as soon as there is a connection and its history has been heard. */
  say(line: Bytes): void {
    this.conversation.add(line);
    if (this.standing.type === "live") this.release();
    this.audience.note(this.standing);
  }

  resume(): void {
    this.isPaused = false;
    this.socket?.resume();
  }

  /** Ends it. Whatever comes from now on is not told any more. */
  leave(): void {
    this.end("left");
  }

  private open(): void {
    this.become({ type: "connecting" });
    const socket = createConnection({ ...this.address, noDelay: true, timeout: connectWithin });
    this.socket = socket;
    let problem = "the server closed the connection";
    let hasSpoken = false;
    socket.once("connect", () => {
      socket.setTimeout(0);
      socket.setKeepAlive(true, probeAfter);
      this.hasConnected = true;
      this.conversation.connect();
      socket.write(this.token, "latin1");
      this.become({ type: "catching-up" });
      this.caughtUpBy = performance.now() + patience;
      this.awaitQuiet();
    });
    socket.on("timeout", () => socket.destroy(new Error("nobody answers")));
    socket.on("data", (bytes: Buffer) => {
      if (this.isOver) return;
      this.hasHeard = true;
      hasSpoken = true;
      if (this.standing.type === "catching-up" && performance.now() < this.caughtUpBy) this.timer?.refresh();
      this.take(bytes);
    });
    socket.on("error", (error: NodeJS.ErrnoException) => {
      problem = saying(error);
    });
    socket.on("close", () => {
      if (this.socket !== socket || this.isOver) return;
      clearTimeout(this.timer);
      const isSilent = !hasSpoken && this.standing.type === "catching-up";
      if (!this.hasConnected) this.end("unreachable", problem);
      else if (this.isTurnedAway()) this.end("turned-away");
      else this.retry(isSilent ? "is the token still right? The server closed without a word" : problem);
    });
  }

  /**
   * Whether the token seems to be wrong. A server with an empty log says nothing either, so somebody whom it closes later is
   * believed to have been in; once.
   */
  private isTurnedAway(): boolean {
    if (this.hasHeard || this.standing.type === "connecting") return false;
    this.silences++;
    return this.standing.type === "catching-up" || this.silences > 1;
  }

  private take(bytes: Buffer): void {
    const told = this.heard(bytes.toString("latin1"));
    if (told === null) this.end("no-chat");
    else this.tell(told);
  }

  /** Null where it is no chat. */
  private heard(bytes: Bytes): readonly Told[] | null {
    try {
      return this.conversation.hear(bytes);
    } catch {
      return null;
    }
  }

  private tell(told: readonly Told[]): void {
    if (told.length === 0) return;
    this.isPaused = !this.audience.hear(told);
    if (this.isPaused) this.socket?.pause();
  }

  /** The history is over when nothing has come for a while; own lines sent before that could not be told from it. */
  private awaitQuiet(): void {
    this.timer = setTimeout(() => {
      if (this.isPaused && performance.now() < this.caughtUpBy) return this.awaitQuiet();
      this.attempt = 0;
      this.become({ type: "live" });
      this.release();
      this.audience.note(this.standing);
    }, quiet);
  }

  private release(): void {
    const bytes = this.conversation.release();
    if (bytes !== "") this.socket?.write(bytes, "latin1");
  }

  private retry(problem: string): void {
    this.tell(this.conversation.cut());
    const delay = delayBefore(this.attempt, Math.random());
    this.attempt++;
    this.become({ type: "away", problem, seconds: delay / 1000 });
    this.timer = setTimeout(() => this.open(), delay);
  }

  private become(standing: Standing): void {
    this.standing = standing;
    this.audience.note(standing);
  }

  private end(ending: Ending, problem = ""): void {
    if (this.isOver) return;
    this.isOver = true;
    clearTimeout(this.timer);
    const { socket } = this;
    socket?.resume();
    socket?.end();
    setTimeout(() => socket?.destroy(), closeWithin).unref();
    this.tell(this.conversation.end());
    this.finish({ ending, problem, lost: this.conversation.lost });
  }
}

const saying = ({ code, message }: NodeJS.ErrnoException): string => {
  const known: Readonly<Record<string, string>> = {
    ECONNREFUSED: "nobody listens there",
    ECONNRESET: "the server cut the connection",
    EPIPE: "the server cut the connection",
    ENOTFOUND: "there is no host of that name",
    EHOSTUNREACH: "the host cannot be reached",
    ENETUNREACH: "the network cannot be reached",
    ETIMEDOUT: "nobody answers",
  };
  return known[code ?? ""] ?? message;
};
