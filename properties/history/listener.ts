/**
 * One connection. What it receives has to be the log, line by line; so it is enough to know how far it has got, and what
 * it was not sent on the way.
 */
import {
  type Bytes,
  brief,
  type ConnectionName,
  frameLines,
  noticePrefix,
  notices,
  splitLines,
} from "../../model/index.ts";
import type { Findings } from "./findings.ts";
import type { Ledger } from "./ledger.ts";

/** What was counted on all connections together. */
export interface Counts {
  sent: number;
  deliveries: number;
  notices: number;
  lost: number;
  doubled: number;
  torn: number;
  outOfOrder: number;
  /** Connections that the server closed before it had sent anything, in times in which it may. */
  turnedAway: number;
  /** Processes without their client, or without the other one of their cluster. */
  orphans: number;
}

const refusals: ReadonlySet<Bytes> = new Set([notices.tooLong, notices.reserved, notices.controlBytes]);

export class Listener {
  state: "open" | "closed" = "open";
  /** Whether a fault has hit its cluster, or what its cluster hangs on. */
  isStruck = false;
  /** Whether the server may have turned it away: those who let connections in were in trouble. */
  mayBeTurnedAway = false;
  /** Whether it has ever been sent anything. */
  hasHeard = false;
  /** Whether it was told that something was not stored which should have been. */
  wasTold = false;
  private next = 0;
  private rest: Bytes = "";
  private unsent: Bytes = "";
  private readonly missing = new Set<number>();
  /** Lines that it has sent, in order, since they were last looked for in the log. */
  private sent: Bytes[] = [];
  /** Where the last of its own lines stands in the log. */
  private last = -1;
  /** What was in the log for certain when it connected. */
  private readonly owed: number;

  constructor(
    readonly name: ConnectionName,
    readonly isStranger: boolean,
    private readonly ledger: Ledger,
    private readonly findings: Findings,
    private readonly counts: Counts,
    private readonly lineLimit: number,
  ) {
    this.owed = ledger.lines.length;
  }

  send(bytes: Bytes): void {
    const { lines, rest } = frameLines(this.unsent, bytes, this.lineLimit);
    this.unsent = rest;
    for (const line of splitLines(lines).lines) {
      this.ledger.expect(line, this.name);
      this.counts.sent++;
      if (!this.isStranger) this.sent.push(line);
    }
  }

  receive(bytes: Bytes): void {
    this.hasHeard = true;
    if (this.isStranger) {
      this.findings.add("P13", `${this.name} showed no token, and received ${brief(bytes)}`);
      return;
    }
    const { lines, rest } = splitLines(this.rest + bytes);
    this.rest = rest;
    for (const line of lines) line.startsWith(noticePrefix) ? this.heed(line) : this.take(line);
  }

  /** How many of the log's lines it has not received, and what it is to be told of. To be asked at a rest, where it is owed them. */
  settle(): void {
    const { lines } = this.ledger;
    const ahead = lines.length - this.next;
    if (this.missing.size + ahead > 0) {
      const first = Math.min(...this.missing, ...(ahead > 0 ? [this.next] : []));
      const because = `at rest ${this.name} has not received ${brief(lines[first] ?? "")}`;
      this.counts.lost += this.missing.size + ahead;
      this.findings.add(
        first < this.owed ? "P9" : "P6",
        first < this.owed ? `${because}, which was in the log when it connected` : because,
        this.missing.size + ahead,
      );
      this.missing.clear();
      this.next = lines.length;
    }
    if (this.rest !== "") this.tear(`at rest ${this.name} has received ${brief(this.rest)}, half a line`);
    const unstored = this.sent.find((line) => this.ledger.placeOf(line) === undefined);
    if (unstored !== undefined && !this.wasTold)
      this.findings.add("P1", `${this.name} has sent ${brief(unstored)}, and at rest it is not in the log`);
  }

  /** The log has another line at this place, which nobody was sent before those behind it. */
  insert(at: number): void {
    if (this.next <= at) return;
    this.next++;
    const later = [...this.missing].filter((place) => place >= at);
    for (const place of later) this.missing.delete(place);
    for (const place of later) this.missing.add(place + 1);
    this.missing.add(at);
  }

  /** The log keeps the order of those of its own lines that it has. To be asked at a rest. */
  checkOwnOrder(): void {
    for (const line of this.sent) {
      const place = this.ledger.placeOf(line);
      if (place === undefined) continue;
      if (place < this.last)
        this.findings.add("P8", `the log has ${brief(line)} before what ${this.name} had sent before it`);
      this.last = Math.max(this.last, place);
    }
    this.sent = [];
    this.wasTold = false;
  }

  private heed(notice: Bytes): void {
    this.counts.notices++;
    if (!refusals.has(notice)) this.wasTold = true;
  }

  private take(line: Bytes): void {
    const { ledger, counts } = this;
    counts.deliveries++;
    if (ledger.lines[this.next] === line) {
      this.next++;
      return;
    }
    if (!ledger.isKnown(line, `${this.name} received`)) {
      counts.torn++;
      return;
    }
    const place = ledger.placeOf(line);
    if (place === undefined) {
      this.passOver(ledger.lines.length);
      ledger.append(line);
      this.next = ledger.lines.length;
    } else if (place >= this.next) {
      this.passOver(place);
      this.next = place + 1;
    } else this.takeAgain(line, place);
  }

  /** Lines that it should have received before the one that it has received. They may still come, too late. */
  private passOver(until: number): void {
    for (let place = this.next; place < until; place++) this.missing.add(place);
  }

  private takeAgain(line: Bytes, place: number): void {
    if (this.missing.delete(place)) {
      this.counts.outOfOrder++;
      this.findings.add("P8", `${this.name} received ${brief(line)} after what the log has behind it`);
      return;
    }
    this.counts.doubled++;
    this.findings.add("P7", `${this.name} received ${brief(line)} twice`);
  }

  private tear(because: string): void {
    this.counts.torn++;
    this.findings.add("P2", because);
    this.rest = "";
  }
}
