/** What a server says while it runs: one line of JSON an event, without a word of what people write. */
import { type Logger, pino } from "pino";
import type { Outlet, ServerEvent, SupervisorEvent } from "../real/server/index.ts";

type AnyEvent = ServerEvent | SupervisorEvent;

const levels: Readonly<Partial<Record<AnyEvent["event"], "warn" | "error">>> = {
  "port refused": "error",
  trouble: "warn",
  "anchor ended": "error",
  "disk full": "warn",
  "time is up": "warn",
};

/** Of those whom nobody knows, so many are named within so many milliseconds; the others are counted. */
const mostStrangers = 20;
const strangersEvery = 10_000;

export class ServeLog {
  private readonly logger: Logger;
  private strangers = 0;
  private readonly counting = setInterval(() => this.tellUnnamed(), strangersEvery);

  constructor(private readonly to: Outlet) {
    this.logger = pino(
      {
        base: null,
        timestamp: pino.stdTimeFunctions.isoTime,
        messageKey: "event",
        formatters: { level: (level) => ({ level }) },
      },
      to,
    );
    this.counting.unref();
  }

  /** A flood of strangers does not fill anybody's disk. */
  write(event: AnyEvent): void {
    const isStrange = event.event === "stranger" || event.event === "client refused";
    if (isStrange && ++this.strangers > mostStrangers) return;
    const { event: name, ...fields } = event;
    this.logger[levels[name] ?? "info"](fields, name);
  }

  /** Writes out what is left, if somebody reads it. */
  async end(): Promise<void> {
    clearInterval(this.counting);
    this.tellUnnamed();
    await this.to.end();
  }

  private tellUnnamed(): void {
    const unnamed = this.strangers - mostStrangers;
    this.strangers = 0;
    if (unnamed > 0) this.logger.warn({ count: unnamed }, "more strangers");
    const lost = this.to.takeLost();
    if (lost > 0) this.logger.warn({ count: lost }, "events lost");
  }
}
