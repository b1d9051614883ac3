/** `papaya serve`: the server, in the foreground. */
import type { Command } from "commander";
import type { ChatSession, Server } from "../real/server/index.ts";
import { exitCodes, UsageError } from "./exit.ts";
import { wholeNumber } from "./options.ts";
import { colors } from "./output.ts";
import { ServeLog } from "./serve-log.ts";
import { type Flags, readSettings, type ServeSettings } from "./serve-settings.ts";
import { serverHere, withRemedy } from "./serving.ts";

interface ServeOptions {
  readonly config?: string;
  readonly clients?: number;
  readonly unauthenticated?: number;
  readonly lineBytes?: number;
  readonly tokenMilliseconds?: number;
  readonly address?: string;
  readonly port?: number;
  readonly user?: string;
  readonly log?: string;
  readonly tokenFile?: string;
  readonly history?: number | string;
  readonly durability?: string;
  readonly onStop?: string;
  readonly drainSeconds?: number;
  readonly state?: string;
}

const flagsOf = (options: ServeOptions): Flags => ({
  address: options.address,
  port: options.port,
  user: options.user,
  log: options.log,
  "token-file": options.tokenFile,
  history: options.history,
  durability: options.durability,
  "on-stop": options.onStop,
  "drain-seconds": options.drainSeconds,
  state: options.state,
  limits: {
    clients: options.clients,
    unauthenticated: options.unauthenticated,
    "line-bytes": options.lineBytes,
    "token-milliseconds": options.tokenMilliseconds,
  },
});

/** A token opens one session. */
const refuseSameTokens = (sessions: readonly ChatSession[], settings: ServeSettings): void => {
  const digests = sessions.map(({ digest }) => digest);
  const double = digests.findIndex((digest, at) => digests.indexOf(digest) < at);
  if (double >= 0)
    throw new UsageError(
      `${settings.sessions[double]?.tokenFile}: another session has this token, too. “papaya token FILE” makes a new one.`,
    );
};

/** Starts the server; root is given up before anything of it exists. */
const start = async (settings: ServeSettings, log: ServeLog): Promise<Server> => {
  const { accountFor, become, readDigest, Server } = await serverHere();
  const account = accountFor(settings.user);
  const sessions = settings.sessions.map(({ name, log: path, tokenFile }) => ({
    name,
    log: path,
    digest: readDigest(tokenFile, account.uid),
  }));
  refuseSameTokens(sessions, settings);
  become(account);
  const { limits } = settings;
  return await Server.start(
    {
      ...{ address: settings.address, port: settings.port, sessions, state: settings.state },
      ...{ history: settings.history, durability: settings.durability },
      ...{ onStop: settings["on-stop"], drain: settings["drain-seconds"] },
      limits: {
        clients: limits.clients,
        unauthenticated: limits.unauthenticated,
        line: limits["line-bytes"],
        authentication: limits["token-milliseconds"],
      },
    },
    (event) => log.write(event),
  );
};

const greet = ({ address: { address, port } }: Server): void => {
  if (process.stderr.isTTY)
    process.stderr.write(
      colors.bold(`papaya serves ${address} port ${port}`) +
        "; Ctrl-C closes the port, twice leaves at once\n",
    );
};

const serve = async (options: ServeOptions): Promise<void> => {
  process.on("SIGUSR1", () => undefined); // else Node opens its inspector's port
  const settings = readSettings(options.config, flagsOf(options));
  const { Outlet } = await serverHere();
  const log = new ServeLog(new Outlet(1));
  let server: Server | null = null;
  let isAsked = false;
  const stop = (signal: NodeJS.Signals): void => {
    if (isAsked && signal === "SIGHUP") return; // a terminal that closes says so more than once
    // Meant: the clusters go on, as at --on-stop keep.
    if (isAsked) return void log.end().finally(() => process.exit(exitCodes.interrupted));
    isAsked = true;
    void server?.stop();
  };
  // From the beginning: whoever sees the port open may ask at once.
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, stop);
  try {
    server = await withRemedy(() => start(settings, log));
    const { ended } = server;
    greet(server);
    if (isAsked) void server.stop();
    await withRemedy(() => ended);
  } finally {
    await log.end();
  }
};

const historyLength = (text: string): number | string => (/^\d+$/.test(text) ? Number(text) : text);

export const addServe = (program: Command): void => {
  program
    .command("serve")
    .description(
      "run the chat server in the foreground; its events go to standard output, a line of JSON each",
    )
    .option("--config <file>", "a TOML file (or .json) with these flags as keys; flags count for more")
    .option("--address <address>", "where to listen: IPv4, IPv6, or :: for every address of both (127.0.0.1)")
    .option("--port <n>", "0 for any that is free (7777)", wholeNumber(0, 65_535))
    .option("--log <file>", "where the chat is kept")
    .option("--token-file <file>", "the token that opens it; “papaya token FILE” makes one")
    .option("--user <name>", "whom to become when started by root")
    .option(
      "--history <lines>",
      "how many lines a client is sent when it comes, or “all” (all)",
      historyLength,
    )
    .option("--durability <when>", "when the disk is waited for: none, batch, always (batch)")
    .option(
      "--on-stop <manner>",
      "clients may leave by themselves (drain, unless told otherwise), or stay behind a closed port (keep)",
    )
    .option("--drain-seconds <n>", "how long they may take to leave (30)", wholeNumber(0))
    .option("--state <dir>", "the server's own files (beside the log)")
    .option("--clients <n>", "clients at once (64)", wholeNumber(1))
    .option("--unauthenticated <n>", "connections at once without a token yet (64)", wholeNumber(1))
    .option("--line-bytes <n>", "longest line (4096)", wholeNumber(1))
    .option("--token-milliseconds <n>", "time for a token to arrive (1000)", wholeNumber(1))
    .addHelpText(
      "after",
      `
The wire is not encrypted: listen on this host only, or put a TLS proxy in front (docs/security.md).

Examples:
  papaya token chat.token
  papaya serve --log chat.log --token-file chat.token
  papaya serve --log chat.log --token-file chat.token --address :: --history 100
  papaya serve --config /etc/papaya/serve.toml --user papaya

SIGTERM and Ctrl-C close the port. When this process is killed by SIGKILL, the port closes, the clients stay, and the
next “papaya serve” with the same log takes them up. Exit code: 0 stopped, 2 called wrongly, or the port, the log or
the token cannot be used, 130 stopped twice: it has left, its clients stay.`,
    )
    .action(serve);
};
