/** The supervisor's end of the gate, the starter's output, and the FIFO of events: how it hears of its server and gives orders. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { accessSync, constants } from "node:fs";
import { connect, Socket } from "node:net";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { becomeSubreaper } from "../kernel.ts";
import { forkableFlags } from "../nursery.ts";
import { ProcessTrouble } from "../trouble.ts";
import { openEvents, type ServerEvent } from "./events.ts";
import type { Arrival, Order } from "./gate.ts";
import { type Facts, stations } from "./settings.ts";
import type { Started } from "./starter.ts";
import { roomForTitles } from "./title.ts";

const built = import.meta.url.endsWith(".ts") ? "../../dist/real/server/starter.js" : "./starter.js";
const starter = fileURLToPath(new URL(built, import.meta.url));

/**
 * Nothing listens for debuggers here, even if somebody asks for it by SIGUSR1 while the starter is loading: this address is kept
 * for documentation (RFC 5737), and no host has it.
 */
const noInspector = "--inspect-port=192.0.2.1:9229";

/** Whoever has given root up may not be able to read what only root can. */
const demandReadable = (): void => {
  try {
    accessSync(starter, constants.R_OK);
  } catch {
    throw new ProcessTrouble(
      `user: the server's user cannot read the program (${starter}). Install it where everybody can, as under /usr/local.`,
    );
  }
};

/** What the starter said; null where a signal killed it before it could guard itself. */
const runStarter = async (facts: Facts): Promise<Started | null> => {
  // No environment, no directory, no descriptor, no terminal of whoever called.
  const child = spawn(process.execPath, [...forkableFlags, noInspector, starter, roomForTitles], {
    env: {},
    cwd: "/",
    detached: true,
    stdio: ["pipe", "pipe", "pipe"],
  });
  child.stdin.on("error", () => undefined); // it has ended: what it said tells why
  child.stdin.end(JSON.stringify(facts));
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  if (out !== "") return JSON.parse(out) as Started;
  if (child.signalCode === "SIGUSR1") return null;
  return {
    problem: `the server could not be started: ${err.trim() || child.signalCode || "no reason known"}`,
  };
};

const mostAttempts = 10;

/** Starts a server; returns the process id of its anchor. Throws ProcessTrouble where it cannot be started. */
export const startAnchor = async (facts: Facts): Promise<number> => {
  demandReadable();
  becomeSubreaper(); // the anchor is ours to reap
  for (let attempt = 1; attempt <= mostAttempts; attempt++) {
    const started = await runStarter(facts);
    if (started !== null && "anchor" in started) return started.anchor;
    if (started !== null) throw new ProcessTrouble(started.problem);
  }
  throw new ProcessTrouble("the server could not be started: somebody keeps sending SIGUSR1");
};

/** The connection to an anchor. */
export class Reins {
  private constructor(private readonly socket: Socket) {}

  /** Connects to the anchor of a state directory; null where there is none. */
  static async take(state: string): Promise<Reins | null> {
    const socket = connect(stations.control(state));
    try {
      await once(socket, "connect");
      return new Reins(socket);
    } catch {
      return null;
    }
  }

  /** Tells of each time that the anchor comes to the gate, and of its end. */
  listen(onArrival: (arrival: Arrival) => void, onEnd: () => void): void {
    createInterface({ input: this.socket }).on("line", (line) => onArrival(JSON.parse(line) as Arrival));
    this.socket.on("error", () => undefined).on("close", onEnd);
  }

  give(order: Order): void {
    this.socket.write(`${JSON.stringify(order)}\n`);
  }

  drop(): void {
    this.socket.removeAllListeners("close");
    this.socket.destroy();
  }
}

/** Null for half a line, of somebody who was killed, and for one from elsewhere. */
const eventIn = (line: string): ServerEvent | null => {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null && "event" in value ? (value as ServerEvent) : null;
  } catch {
    return null;
  }
};

/** Hears the events of a server until it is told to stop. */
export const hearEvents = (state: string, onEvent: (event: ServerEvent) => void): (() => void) => {
  const fifo = new Socket({ fd: openEvents(state), readable: true, writable: false });
  fifo.on("error", () => undefined);
  createInterface({ input: fifo }).on("line", (line) => {
    const event = eventIn(line);
    if (event !== null) onEvent(event);
  });
  return () => void fifo.destroy();
};
