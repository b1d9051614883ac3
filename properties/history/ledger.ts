/**
 * The log as it was seen: the order that clients were first sent lines in, confirmed by the log itself at each rest. Every line of
 * a campaign is another one, so a line is known by its bytes.
 */
import { type Bytes, brief, type ConnectionName, splitLines } from "../../model/index.ts";
import type { Findings } from "./findings.ts";

export class Ledger {
  readonly lines: Bytes[] = [];
  private readonly places = new Map<Bytes, number>();
  /** Who has sent each line. */
  private readonly senders = new Map<Bytes, ConnectionName>();
  private readonly strangers = new Set<ConnectionName>();
  /** The log at the last rest, and its lines. */
  private settled: Bytes = "";
  private readonly stored = new Set<Bytes>();

  constructor(private readonly findings: Findings) {}

  /** Takes note of a stranger. */
  distrust(connection: ConnectionName): void {
    this.strangers.add(connection);
  }

  /** Takes note of a line that is sent. */
  expect(line: Bytes, sender: ConnectionName): void {
    this.senders.set(line, sender);
  }

  senderOf(line: Bytes): ConnectionName | undefined {
    return this.senders.get(line);
  }

  placeOf(line: Bytes): number | undefined {
    return this.places.get(line);
  }

  /** The next line of the log. */
  append(line: Bytes): void {
    this.places.set(line, this.lines.length);
    this.lines.push(line);
  }

  /** Whether somebody in the chat has sent it; a finding otherwise. */
  isKnown(line: Bytes, where: string): boolean {
    const sender = this.senders.get(line);
    if (sender !== undefined && !this.strangers.has(sender)) return true;
    if (sender === undefined) this.findings.add("P2", `${where} ${brief(line)}, a line that nobody sent`);
    else this.findings.add("P13", `${where} ${brief(line)}, which ${sender} sent without the token`);
    return false;
  }

  /**
   * Holds the log at a rest against what was seen of it. A line that stands before others in the log and that nobody was sent
   * before them is put in its place; `onInsert` is told which one that is.
   */
  confirm(log: Bytes, onInsert: (place: number) => void): void {
    if (!log.startsWith(this.settled)) {
      this.findings.add("P5", "the log of the last rest is not what the log begins with now");
      return;
    }
    const { lines, rest } = splitLines(log.slice(this.settled.length));
    for (const line of lines) this.confirmNext(line, onInsert);
    if (this.stored.size < this.lines.length)
      this.findings.add(
        "P5",
        `${brief(this.lines.find((line) => !this.stored.has(line)) ?? "")} was delivered, and is not in the log`,
      );
    this.settled = log.slice(0, log.length - rest.length); // half a line of a killed writer is cut off by the next one
  }

  private confirmNext(line: Bytes, onInsert: (place: number) => void): void {
    const place = this.stored.size;
    const seen = this.lines[place];
    if (this.stored.has(line)) {
      this.findings.add("P1", `the line ${brief(line)} is in the log twice`);
      return;
    }
    this.stored.add(line);
    if (seen === line) return;
    if (this.places.has(line)) {
      this.findings.add("P8", `clients received ${brief(seen ?? "")} where the log has ${brief(line)}`);
      return;
    }
    this.isKnown(line, "the log has");
    if (seen === undefined) this.append(line);
    else {
      this.lines.splice(place, 0, line);
      for (const [at, later] of this.lines.slice(place).entries()) this.places.set(later, place + at);
      onInsert(place);
    }
  }
}
