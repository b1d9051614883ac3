/** The gate, as the process sees it that is held there: tells where it stands, and waits to be let through. */
import { errnoName, flags, native, uninterrupted, unixAddress } from "../native.ts";
import { longestMessage } from "../nursery.ts";
import type { Order, Report } from "./order.ts";

export class Gate {
  private readonly message = Buffer.alloc(longestMessage);

  private constructor(readonly socket: number) {}

  static connect(address: string): Gate {
    const socket = native.socket(flags.AF_UNIX, flags.SOCK_SEQPACKET | flags.SOCK_CLOEXEC, 0);
    const to = unixAddress(address);
    if (native.connect(socket, to, to.length) < 0)
      throw new Error(`the gate at ${address} does not answer: ${errnoName()}`);
    return new Gate(socket);
  }

  say(report: Report): void {
    const text = Buffer.from(JSON.stringify(report), "utf8");
    if (uninterrupted(() => native.send(this.socket, text, text.length, flags.MSG_NOSIGNAL)) < 0)
      native.exit(0);
  }

  /** Waits for an order. Handlers run meanwhile, and interrupt nothing that matters. */
  await(): Order {
    const size = uninterrupted(() => native.read(this.socket, this.message, this.message.length));
    if (size <= 0) native.exit(0); // nobody holds the gate any more
    return JSON.parse(this.message.toString("utf8", 0, size)) as Order;
  }
}
