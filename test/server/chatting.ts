/** Servers and clients for tests: started, talked to, and ended whatever happens. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished } from "vitest";
import {
  makeToken,
  readDigest,
  Server,
  type ServerEvent,
  type ServerSettings,
} from "../../real/server/index.ts";
import { inhabitants } from "../../real/server/population.ts";

/** Who sees to it that something is ended: the test at hand, if nobody else. */
export type Afterwards = (end: () => void) => void;

/** A directory for a test, which is removed when the test has ended. */
export const place = (afterwards: Afterwards = onTestFinished): string => {
  const directory = mkdtempSync(join(tmpdir(), "papaya-serve-"));
  afterwards(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
};

/** Longest that anything may take here, in milliseconds; no verdict hangs on it but that something never happened. */
export const patience = { timeout: 20_000, interval: 20 };

export const tokenIn = (file: string): string => readFileSync(file, "utf8").trim();

export interface Kit {
  readonly directory: string;
  readonly settings: ServerSettings;
  /** The token of each session. */
  readonly tokens: readonly string[];
}

/** What a server needs: a place, tokens, settings. */
export const kit = (change: Partial<ServerSettings> = {}, names: readonly string[] = ["chat"]): Kit => {
  const directory = place();
  for (const name of names) makeToken(join(directory, `${name}.token`));
  const sessions = names.map((name) => ({
    name,
    log: join(directory, `${name}.log`),
    digest: readDigest(join(directory, `${name}.token`)),
  }));
  const settings: ServerSettings = {
    ...{ address: "127.0.0.1", port: 0, sessions, history: "all", durability: "none" },
    limits: { clients: 64, unauthenticated: 64, line: 4096, authentication: 10_000 },
    ...{ onStop: "drain", drain: 1, state: join(directory, "state") },
    ...change,
  };
  return { directory, settings, tokens: names.map((name) => tokenIn(join(directory, `${name}.token`))) };
};

export interface Running extends Kit {
  readonly server: Server;
  readonly events: ServerEvent[];
  /** A client that has shown a token, of the first session if none is named. */
  join(session?: number): Promise<Chatter>;
}

/** A server in this process, which ends with the test. */
export const startServer = async (from: Kit): Promise<Running> => {
  const events: ServerEvent[] = [];
  const server = await Server.start(from.settings, (event) => events.push(event as ServerEvent));
  onTestFinished(async () => {
    await server.stop("keep");
    endAll(server.anchor);
  });
  const join = (session = 0) => Chatter.enter(server.address.port, from.tokens[session] ?? "");
  return { ...from, server, events, join };
};

/** Ends what a test has left of a server, by process id. */
export const endAll = (anchor: number): void => {
  for (const { pid } of inhabitants(anchor)) kill(pid, "SIGKILL");
};

export const kill = (pid: number | undefined, signal: NodeJS.Signals): void => {
  try {
    if (pid !== undefined && pid > 1) process.kill(pid, signal);
  } catch {
    // it has gone
  }
};

/** A client that only keeps what it hears. */
export class Chatter {
  heard = "";
  isClosed = false;

  private constructor(readonly socket: Socket) {
    socket.setEncoding("utf8");
    socket.on("data", (text: string) => {
      this.heard += text;
    });
    socket.on("error", () => undefined);
    socket.on("close", () => {
      this.isClosed = true;
    });
    onTestFinished(() => void socket.destroy());
  }

  /** Connects, and says the first words: a token, or something else. */
  static async enter(port: number, words: string, host = "127.0.0.1"): Promise<Chatter> {
    const socket = connect(port, host);
    const chatter = new Chatter(socket);
    await new Promise<void>((done) => void socket.once("connect", () => done()).once("error", () => done()));
    socket.write(words);
    return chatter;
  }

  say(line: string): void {
    this.socket.write(`${line}\n`);
  }

  /** Waits until it has heard exactly these lines. */
  async hears(...lines: readonly string[]): Promise<void> {
    const all = lines.map((line) => `${line}\n`).join("");
    await expect.poll(() => this.heard, patience).toBe(all);
  }

  /** Waits until it has heard exactly these lines, whatever their order. */
  async hearsAmong(...lines: readonly string[]): Promise<void> {
    const sorted = (text: string) => text.split("\n").sort().join("\n");
    await expect.poll(() => sorted(this.heard), patience).toBe(sorted(`${lines.join("\n")}\n`));
  }

  leave(): void {
    this.socket.destroy();
  }
}

/** Whether somebody listens on a port. */
export const isOpen = async (port: number): Promise<boolean> => {
  const socket = connect(port, "127.0.0.1");
  const isConnected = await new Promise<boolean>((done) => {
    socket.once("connect", () => done(true)).once("error", () => done(false));
  });
  socket.destroy();
  return isConnected;
};

export const writeLines = (file: string, lines: readonly string[]): void =>
  writeFileSync(file, lines.map((line) => `${line}\n`).join(""), { mode: 0o600 });

/** The process of a role, of a client. */
export const pidOf = ({ server }: Running, role: string, client?: number): number | undefined =>
  server.inhabitants().find((one) => one.role === role && one.cluster?.number === client)?.pid;

/** What a server consists of. */
export const roles = ({ server }: Running): string[] =>
  server.inhabitants().map(({ role, cluster }) => (cluster === null ? role : `${role}[${cluster.number}]`));

/** Waits until so many clients are served. */
export const clientsIn = (running: Running, count: number) =>
  expect.poll(() => roles(running).filter((role) => role.startsWith("SEND")).length, patience).toBe(count);

/** Kills the daemon; what it returns waits until there is another one. */
export const killDaemon = (running: Running): (() => Promise<void>) => {
  const daemon = pidOf(running, "daemon");
  kill(daemon, "SIGKILL");
  return async () => {
    await expect.poll(() => pidOf(running, "daemon") ?? daemon, patience).not.toBe(daemon);
    await expect.poll(() => isOpen(running.server.address.port), patience).toBe(true);
  };
};
