/**
 * The runner's side of the zygote: one Node process, started once, of which everything that the runner starts is forked.
 * A process is there in milliseconds that way, and shares what it does not change.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Program } from "../model/index.ts";
import type { ProcessConfiguration } from "./configuration.ts";
import { errnoName, flags, native, uninterrupted } from "./native.ts";
import { ProcessTrouble } from "./trouble.ts";

/** What the zygote is asked for. */
export interface Birth {
  readonly directory: string;
  /** How the protocol is named: its id, or its file; or a program as data. */
  readonly protocol: string | Program;
  readonly configuration: ProcessConfiguration;
}

/** What it answers. */
export type Born = { readonly pid: number } | { readonly problem: string };

export const longestMessage = 1 << 16;

const built = import.meta.url.endsWith(".ts") ? "../dist/real/zygote.js" : "./zygote.js";
const program = fileURLToPath(new URL(built, import.meta.url));

/** Young objects get little room: what a process has once written to is no longer shared, and what they need is little. */
export const forkableFlags = ["--single-threaded", "--max-semi-space-size=1"] as const;

export class Nursery {
  private constructor(
    private readonly zygote: ChildProcess,
    private readonly socket: number,
  ) {}

  static open(): Nursery {
    const pair = Buffer.alloc(8);
    if (native.socketpair(flags.AF_UNIX, flags.SOCK_SEQPACKET | flags.SOCK_CLOEXEC, 0, pair) < 0)
      throw new ProcessTrouble(`no socket pair: ${errnoName()}`);
    const [ours, theirs] = [pair.readInt32LE(0), pair.readInt32LE(4)];
    // A session of its own: neither the terminal nor any process group of a run reaches it.
    const { NODE_OPTIONS: _, ...env } = process.env; // a debugger or a profiler of the runner is none of its business
    const zygote = spawn(process.execPath, [...forkableFlags, program], {
      env,
      detached: true,
      stdio: ["ignore", "ignore", "inherit", theirs],
    });
    zygote.unref();
    native.close(theirs);
    return new Nursery(zygote, ours);
  }

  /** The process that everything else is forked of. */
  get pid(): number {
    return this.zygote.pid ?? 0;
  }

  /** Starts a process in a session of its own; returns its id. Throws an Error where that cannot be done. */
  start(birth: Birth): number {
    const request = Buffer.from(JSON.stringify(birth), "utf8");
    if (native.send(this.socket, request, request.length, flags.MSG_NOSIGNAL) < 0)
      throw new ProcessTrouble(`no process can be started: ${errnoName()}`);
    const answer = Buffer.alloc(longestMessage);
    const size = uninterrupted(() => native.read(this.socket, answer, answer.length));
    if (size <= 0)
      throw new ProcessTrouble(
        "the process that all others are forked of has died; what it said stands above",
      );
    const born = JSON.parse(answer.toString("utf8", 0, size)) as Born;
    if ("problem" in born) throw new ProcessTrouble(born.problem);
    return born.pid;
  }

  close(): void {
    native.close(this.socket);
    this.zygote.kill("SIGKILL");
  }
}
