/** A server that is measured: started afresh for every measurement, and ended after it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startPapaya } from "./papaya.ts";
import { startPlain } from "./plain.ts";

/** What a server is started with. */
export interface Setting {
  /** Empty, and its own. */
  readonly directory: string;
  readonly token: string;
  readonly lineLimit: number;
}

export interface Server {
  readonly port: number;
  /** Every process that belongs to it at the moment. */
  processes(): readonly number[];
  /** Ends all of them. */
  end(): Promise<void>;
}

/** `recorded` is ours with the record that `papaya run` lives on. */
export const subjects = ["papaya", "plain", "recorded"] as const;

export type Subject = (typeof subjects)[number];

const starts: Readonly<Record<Subject, (setting: Setting) => Promise<Server>>> = {
  papaya: (setting) => startPapaya(setting, false),
  recorded: (setting) => startPapaya(setting, true),
  plain: startPlain,
};

const lineLimit = 4096;
/** No secret: it opens a session that lives as long as its measurement. */
const token = "0123456789abcdef".repeat(8);

/** Starts a server, does something with it, and leaves nothing behind. */
export const withServer = async <T>(
  subject: Subject,
  use: (server: Server, token: string) => Promise<T>,
): Promise<T> => {
  const directory = mkdtempSync(join(tmpdir(), "papaya-bench-"));
  try {
    const server = await starts[subject]({ directory, token, lineLimit });
    try {
      return await use(server, token);
    } finally {
      await server.end();
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
};
