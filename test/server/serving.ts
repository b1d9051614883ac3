/** `papaya serve` as an operator runs it: a place and a token for it, flags, what it says. */
import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, chownSync, existsSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, vi } from "vitest";
import { makeToken } from "../../real/server/index.ts";
import { inhabitants } from "../../real/server/population.ts";
import { mainForAll } from "../command.ts";
import { type Afterwards, endAll, patience, place, tokenIn } from "./chatting.ts";

export interface Ready {
  readonly directory: string;
  readonly token: string;
}

/** A place and a token. */
export const ready = (directory = place()): Ready => {
  makeToken(join(directory, "token"));
  return { directory, token: tokenIn(join(directory, "token")) };
};

/** Tests may run as root, servers may not. */
export const isRoot = process.geteuid?.() === 0;
export const nobody = 65_534;

/** Who a server of such a place runs as. */
export const asUser = (directory: string): string[] => {
  if (!isRoot) return [];
  chmodSync(directory, 0o711);
  chownSync(directory, nobody, nobody);
  return ["--user", "nobody"];
};

/** On any port that is free, and in no hurry for the disk. */
export const flagsFor = ({ directory }: Ready): string[] => [
  ...["--port", "0", "--durability", "none"],
  ...asUser(directory),
];

export const serve = (kit: Ready, ...flags: string[]): Promise<Served> =>
  Served.launch(kit.directory, [...flagsFor(kit), ...flags]).opens();

/** The process ids of its processes. */
export const membersOf = (served: Served): number[] => inhabitants(served.anchor).map(({ pid }) => pid);

export class Served {
  private constructor(
    readonly child: ChildProcess,
    readonly log: string,
    readonly errors: string,
  ) {}

  /** Starts it. Some tests look on while it starts. */
  static launch(
    directory: string,
    flags: readonly string[],
    afterwards: Afterwards = onTestFinished,
  ): Served {
    const [log, errors] = [join(directory, `out-${process.hrtime.bigint()}`), join(directory, "err")];
    const child = spawn(
      process.execPath,
      [
        mainForAll(),
        "serve",
        "--log",
        join(directory, "chat.log"),
        "--token-file",
        join(directory, "token"),
        ...flags,
      ],
      {
        stdio: ["ignore", openSync(log, "w"), openSync(errors, "w")],
        env: { PAPAYA_TEST_SECRET: "outside" },
      },
    );
    const served = new Served(child, log, errors);
    afterwards(() => {
      child.kill("SIGKILL");
      if (served.anchor > 0) endAll(served.anchor);
    });
    return served;
  }

  /** Waits until its port is open. */
  async opens(): Promise<Served> {
    await vi.waitUntil(() => this.port > 0 || this.child.exitCode !== null, patience);
    return this;
  }

  /** The events that it has logged. */
  get events(): readonly Record<string, unknown>[] {
    if (!existsSync(this.log)) return [];
    const lines = readFileSync(this.log, "utf8").split("\n").slice(0, -1);
    return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  get port(): number {
    return Number(this.events.findLast(({ event }) => event === "port open")?.port ?? 0);
  }

  get anchor(): number {
    return Number(this.events.find(({ anchor }) => anchor !== undefined)?.anchor ?? 0);
  }

  async ends(): Promise<number | null> {
    await expect.poll(() => this.child.exitCode ?? this.child.signalCode, patience).not.toBeNull();
    return this.child.exitCode;
  }
}
