/** A server that is measured: started afresh for every measurement, and ended after it. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Durability } from "../../../real/server/settings.ts";
import { lineLength } from "./order.ts";
import { startPapaya } from "./papaya.ts";
import { startPlain } from "./plain.ts";

/** What a server is started with. */
export interface Setting {
  /** Its own. */
  readonly directory: string;
  /** A file in it, with one line. */
  readonly log: string;
  readonly token: string;
  readonly lineLimit: number;
  readonly durability: Durability;
}

export interface Server {
  readonly port: number;
  /** Every process that belongs to it at the moment. */
  processes(): readonly number[];
  /** Ends all of them. */
  end(): Promise<void>;
}

export const subjects = ["papaya", "plain"] as const;

export type Subject = (typeof subjects)[number];

/** What is measured: a server, and when it has the disk keep what it has appended. */
export interface Contender {
  readonly subject: Subject;
  readonly durability: Durability;
}

const starts: Readonly<Record<Subject, (setting: Setting) => Promise<Server>>> = {
  papaya: startPapaya,
  plain: startPlain,
};

/** No secret: it opens a session that lives as long as its measurement. */
const token = "0123456789abcdef".repeat(8);

/** Starts a server, does something with it, and leaves nothing behind. */
export const withServer = async <T>(
  { subject, durability }: Contender,
  use: (server: Server, setting: Setting) => Promise<T>,
): Promise<T> => {
  const directory = mkdtempSync(join(tmpdir(), "papaya-bench-"));
  try {
    const log = join(directory, "log");
    // Whoever has received it has joined.
    writeFileSync(log, `${"-".repeat(lineLength - 1)}\n`, { mode: 0o600 });
    const setting = { directory, log, token, lineLimit: 4096, durability };
    const server = await starts[subject](setting);
    try {
      return await use(server, setting);
    } finally {
      await server.end();
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
};
