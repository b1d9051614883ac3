/**
 * What happens in a server, from its processes to whoever supervises it: a line of JSON each, through a FIFO. A process holds no
 * descriptor for it, and never waits: where nobody reads, or reads too slowly, what it says is lost. No line of a client and no
 * token ever goes this way.
 */
import { errnoName, flags, native } from "../native.ts";
import { ProcessTrouble } from "../trouble.ts";
import { type Facts, stations } from "./settings.ts";

interface Common {
  readonly role: string;
  readonly pid: number;
}

interface OfClient {
  readonly client: number;
  readonly peer: string;
  readonly session: string;
}

export type ServerEvent = Common &
  (
    | { readonly event: "port open"; readonly address: string; readonly port: number }
    /** `errno` says why. */
    | { readonly event: "port refused"; readonly errno: string }
    | ({ readonly event: "client came" } & OfClient)
    /** What RECV says when it leaves: lines that it has stored. */
    | ({ readonly event: "client left"; readonly lines: number } & OfClient)
    /** What SEND says when it leaves: lines that it has written to its client. */
    | ({ readonly event: "delivery ended"; readonly lines: number } & OfClient)
    | ({ readonly event: "disk full" } & OfClient)
    /** Somebody without a token, or too late with it. */
    | { readonly event: "stranger"; readonly peer: string; readonly because: string }
    /** Somebody with a token, for whom there is no room. */
    | { readonly event: "client refused"; readonly peer: string; readonly because: string }
    /** A process cannot go on: a call failed in a way that its machine does not know. */
    | { readonly event: "trouble"; readonly problem: string }
  );

/** What the supervisor itself has to say. */
export type SupervisorEvent =
  | {
      readonly event: "server started" | "server taken up";
      readonly anchor: number;
      readonly clients: number;
    }
  | { readonly event: "daemon ended"; readonly after: string }
  | {
      readonly event: "anchor ended" | "draining" | "time is up" | "server stopped";
      readonly clients: number;
    };

/** What is left to say when it is known who says it. */
export type Saying = ServerEvent extends infer E ? (E extends Common ? Omit<E, keyof Common> : never) : never;

/** The most that goes into a FIFO in one piece (PIPE_BUF). */
const longest = 4096;

/** Says something, if anybody listens. */
export const tell = ({ state }: Facts, who: Common, saying: Saying): void => {
  const line = Buffer.from(`${JSON.stringify({ ...who, ...saying })}\n`, "utf8");
  if (line.length > longest) return;
  const fifo = native.open(stations.events(state), flags.O_WRONLY | flags.O_NONBLOCK | flags.O_CLOEXEC);
  if (fifo < 0) return;
  native.write(fifo, line, line.length);
  native.close(fifo);
};

/** The FIFO of a state directory, open so that it never comes to its end. Throws ProcessTrouble where it cannot be made. */
export const openEvents = (state: string): number => {
  const path = stations.events(state);
  const made = native.mkfifo(path, 0o600);
  if (made < 0 && errnoName() !== "EEXIST")
    throw new ProcessTrouble(
      `${path}: no FIFO can be made: ${errnoName()}. Let “state” name a directory of a file system that has them.`,
    );
  const fifo = native.open(path, flags.O_RDWR | flags.O_NONBLOCK | flags.O_CLOEXEC);
  if (fifo < 0)
    throw new ProcessTrouble(`${path}: it cannot be opened: ${errnoName()}. Remove it; it is made anew.`);
  return fifo;
};
