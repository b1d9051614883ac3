/**
 * Judges histories: properties that can be seen from outside, over millions of deliveries.
 *
 * The monitors over traces remember what every client has received, and look through it at every event: at the sizes of a
 * search that costs nothing, at a million deliveries it would never end. Here it is used that all they say of delivery
 * together is one sentence: what a connection receives, notices apart, is what the log begins with, and at rest it is all of it.
 * A test holds both against each other, on runs of every shipped protocol.
 *
 * - `ledger`      the log as it was seen, confirmed at each rest: P1 P2 P5 P13
 * - `listener`    one connection: P2 P6 P7 P8 P9 P13
 * - `processes`   who is there at rest: P11 P12 P13 P14 P16
 * - `findings`    what was found
 */
import type {
  ConnectionName,
  HistoryEvent,
  Property,
  PropertyId,
  PropertyVerdict,
  RestEvent,
} from "../../model/index.ts";
import { Findings } from "./findings.ts";
import { Ledger } from "./ledger.ts";
import { type Counts, Listener } from "./listener.ts";
import { type Descriptors, judgeProcesses } from "./processes.ts";

export type { Counts } from "./listener.ts";

/** What nobody can tell from outside: critical sections, and of which signal a process died. */
const unseen: ReadonlySet<PropertyId> = new Set<PropertyId>(["P3", "P4", "P10"]);

export class HistoryJudge {
  readonly counts: Counts = {
    ...{ sent: 0, deliveries: 0, notices: 0, lost: 0, doubled: 0, torn: 0, outOfOrder: 0 },
    ...{ turnedAway: 0, orphans: 0 },
  };
  private readonly findings = new Findings();
  private readonly ledger = new Ledger(this.findings);
  private readonly listeners = new Map<ConnectionName, Listener>();
  private readonly descriptors: Descriptors = new Map();
  private rests = 0;
  /** Whether whoever comes may still be let in to a server whose anchor was hit. */
  private isAnchorStruck = false;

  /** `lineLimit`: the longest line that the server takes, in bytes. */
  constructor(private readonly lineLimit: number) {}

  /** Whether something is broken. */
  get isBroken(): boolean {
    return !this.findings.isEmpty;
  }

  hear(event: HistoryEvent): void {
    if (event.type === "connect") this.open(event.connection, event.stranger);
    else if (event.type === "sent") this.listeners.get(event.connection)?.send(event.bytes);
    else if (event.type === "received") this.listeners.get(event.connection)?.receive(event.bytes);
    else if (event.type === "closed") this.close(event.connection, event.by);
    else if (event.type === "struck") this.strike(event.whom);
    else if (event.type === "renewed") this.isAnchorStruck = false;
    else this.rest(event);
  }

  /** What is known of each of these properties by now. */
  verdicts(properties: readonly Property[]): PropertyVerdict[] {
    return properties.map(({ id, name, kind }) => {
      const found = this.findings.get(id);
      const verdict =
        found !== undefined ? "violated" : unseen.has(id) || this.rests === 0 ? "unknown" : "holds";
      const times = found !== undefined && found.times > 1 ? ` (and ${found.times - 1} more)` : "";
      return { id, name, kind, verdict, because: `${found?.because ?? ""}${times}`, steps: 0 };
    });
  }

  private open(name: ConnectionName, isStranger: boolean): void {
    const { ledger, findings, counts, lineLimit } = this;
    if (isStranger) ledger.distrust(name);
    const listener = new Listener(name, isStranger, ledger, findings, counts, lineLimit);
    listener.isStruck = this.isAnchorStruck;
    this.listeners.set(name, listener);
  }

  private close(name: ConnectionName, by: "client" | "server"): void {
    const listener = this.listeners.get(name);
    if (listener === undefined) return;
    listener.state = "closed";
    if (by === "client" || listener.isStranger || listener.isStruck) return;
    if (!listener.hasHeard && listener.mayBeTurnedAway) this.counts.turnedAway++;
    else this.findings.add("P11", `${name} was cut off, though neither it nor its cluster had been touched`);
  }

  private strike(whom: ConnectionName | "anchor" | "door"): void {
    this.isAnchorStruck ||= whom === "anchor";
    for (const listener of this.listeners.values()) {
      if (listener.name === whom || whom === "anchor") listener.isStruck = true;
      if (whom === "door" || whom === "anchor") listener.mayBeTurnedAway = true;
    }
  }

  private rest(event: RestEvent): void {
    this.rests++;
    this.ledger.confirm(event.log, (place) => {
      for (const listener of this.listeners.values()) listener.insert(place);
    });
    if (!event.reached) {
      const busy = event.processes.filter(({ status }) => status === "busy").map(({ role }) => role);
      const still =
        busy.length > 0
          ? `${busy.slice(0, 3).join(" ")} still busy`
          : "not everything has arrived, or somebody cannot come in";
      this.findings.add("P14", `it did not come to rest in the time that it was given: ${still}`);
    }
    const open = [...this.listeners.values()].filter(
      ({ state, isStranger }) => state === "open" && !isStranger,
    );
    for (const listener of open) if (!listener.isStruck) listener.settle();
    for (const [name, listener] of this.listeners) {
      listener.checkOwnOrder();
      if (listener.state === "closed") this.listeners.delete(name);
    }
    this.counts.orphans += judgeProcesses(event.processes, open, this.descriptors, this.findings);
  }
}
