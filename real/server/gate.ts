/**
 * The gate: the anchor starts a daemon only when a supervisor (`papaya serve`) says so, and with what it says. So a daemon that was
 * killed is started again at once, one that was told to end is not, and a supervisor that comes later finds the anchor where
 * the last one left it: its daemon is in the same session and group as the clusters that are still there.
 *
 * Lines of JSON over a Unix socket in the state directory. The anchor does nothing else while it waits; it leaves when it has
 * neither a supervisor nor a cluster.
 */
import { errnoName, flags, native, signalName, uninterrupted, unixAddress } from "../native.ts";
import { ProcessTrouble } from "../trouble.ts";
import { hasClusters } from "./population.ts";
import { type Facts, stations } from "./settings.ts";

/** What the anchor says when it has come to the gate. */
export interface Arrival {
  readonly anchor: number;
  /** What the last daemon died of: a signal's name, `exit`; null where there has been none. */
  readonly after: string | null;
  /** What cannot be changed while clusters live: the logs, and the longest line that may stand in them. */
  readonly standing: { readonly logs: readonly string[]; readonly line: number };
}

export type Order = { readonly order: "start"; readonly facts: Facts } | { readonly order: "leave" };

export const standingOfFacts = ({
  sessions,
  limits,
}: Pick<Facts, "sessions" | "limits">): Arrival["standing"] => ({
  logs: sessions.map(({ log }) => log),
  line: limits.line,
});

/** How a daemon ended, of what waitpid(2) tells. */
export const endingOf = (status: number): string =>
  (status & 0x7f) === 0 ? "exit" : (status & 0x7f) === flags.SIGHUP ? "SIGHUP" : signalName(status & 0x7f);

const oneSecond = Buffer.alloc(16);
oneSecond.writeBigInt64LE(1n, 0);

/** Listens for supervisors. Throws ProcessTrouble where the file system has no sockets. */
export const openControl = (state: string): number => {
  const address = unixAddress(stations.control(state));
  const control = native.socket(flags.AF_UNIX, flags.SOCK_STREAM | flags.SOCK_CLOEXEC, 0);
  if (native.bind(control, address, address.length) < 0 || native.listen(control, 8) < 0)
    throw new ProcessTrouble(
      `${state}: no socket can be made there: ${errnoName()}. Let “state” name a directory of a file system that has sockets.`,
    );
  return control;
};

export class Gate {
  private link = -1;
  /** Bytes of orders that have not been read to their end. */
  private heard = "";

  constructor(
    /** Where supervisors connect to. */
    readonly control: number,
    private readonly anchor: number,
    /** Done every second of waiting, and before it goes on. */
    private readonly meanwhile: () => void,
  ) {}

  /** The connection to the supervisor that gave the last order. */
  get supervisor(): number {
    return this.link;
  }

  /** Waits for leave to start a daemon; null where the anchor is to go. */
  pass(facts: Facts, after: string | null): Facts | null {
    const arrival: Arrival = { anchor: this.anchor, after, standing: standingOfFacts(facts) };
    for (;;) {
      if (this.link < 0 && !this.admit()) return null;
      const order = this.say(arrival) ? this.hear() : null;
      if (order !== null) return order.order === "start" ? order.facts : null;
      native.close(this.link); // that supervisor has gone; the next one may come
      this.link = -1;
    }
  }

  /** Waits for a supervisor; whether one has come while there was anything to supervise. */
  private admit(): boolean {
    while (!this.isReadyWithinSecond(this.control)) if (!hasClusters(this.anchor)) return false;
    this.link = uninterrupted(() => native.accept4(this.control, null, null, flags.SOCK_CLOEXEC));
    this.heard = "";
    return this.link >= 0;
  }

  private isReadyWithinSecond(fd: number): boolean {
    const entry = Buffer.alloc(8);
    entry.writeInt32LE(fd, 0);
    entry.writeInt16LE(flags.POLLIN, 4);
    const isReady = native.ppoll(entry, 1, oneSecond, null) > 0;
    this.meanwhile();
    return isReady;
  }

  private say(arrival: Arrival): boolean {
    const line = Buffer.from(`${JSON.stringify(arrival)}\n`, "utf8");
    return native.send(this.link, line, line.length, flags.MSG_NOSIGNAL) === line.length;
  }

  private hear(): Order | null {
    const buffer = Buffer.alloc(65_536);
    for (;;) {
      const end = this.heard.indexOf("\n");
      if (end >= 0) {
        const line = Buffer.from(this.heard.slice(0, end), "latin1").toString("utf8");
        this.heard = this.heard.slice(end + 1);
        return JSON.parse(line) as Order;
      }
      while (!this.isReadyWithinSecond(this.link));
      const size = uninterrupted(() => Number(native.read(this.link, buffer, buffer.length)));
      if (size <= 0) return null;
      this.heard += buffer.toString("latin1", 0, size);
    }
  }
}
