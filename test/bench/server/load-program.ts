/**
 * The load: all clients in one process of its own, which does as little as it can for each byte that it receives.
 *
 * Every line has the same length and names its sender in its first byte, so that lines are counted without being looked at,
 * and a client finds its own by one byte each.
 */
import { connect, type Socket } from "node:net";
import { performance } from "node:perf_hooks";

/** What the load is asked to do, and what it answers. */
export type Order =
  | { readonly order: "join"; readonly port: number; readonly token: string; readonly clients: number }
  /** Every client sends, and has so many of its own lines on their way; for so many milliseconds. */
  | { readonly order: "flood"; readonly window: number; readonly milliseconds: number }
  /** One line at a time, by each client in its turn. */
  | { readonly order: "ping"; readonly rounds: number; readonly milliseconds: number }
  /** So many connections, so many of them at once; each is given up when it has been sent the history. */
  | {
      readonly order: "churn";
      readonly connections: number;
      readonly atOnce: number;
      readonly port: number;
      readonly token: string;
    };

export type Answer =
  | { readonly answer: "joined" }
  | {
      readonly answer: "flooded";
      readonly lines: number;
      readonly deliveries: number;
      readonly milliseconds: number;
    }
  /** Milliseconds from a line's sending to its last receipt. */
  | { readonly answer: "pinged"; readonly latencies: readonly number[] }
  | { readonly answer: "churned"; readonly milliseconds: number };

export const lineLength = 64;

/** Printable, and no line starts with `* `. */
const markOf = (nth: number): number => 0x30 + nth;
const buffer = Buffer.alloc(1 << 16); // one for all: what has been counted is not needed any more

class Client {
  readonly socket: Socket;
  readonly line: Buffer;
  received = 0;
  /** Its own lines: sent, and come back. */
  sent = 0;
  returned = 0;
  onReceipt: () => void = () => {};

  constructor(nth: number, port: number, token: string) {
    const mark = markOf(nth);
    this.line = Buffer.from(
      `${String.fromCharCode(mark)}: ${"papaya ".repeat(9).slice(0, lineLength - 4)}\n`,
      "latin1",
    );
    this.socket = connect({
      ...{ port, host: "127.0.0.1", noDelay: true },
      onread: {
        buffer,
        callback: (size) => {
          const first = (lineLength - (this.received % lineLength)) % lineLength;
          for (let at = first; at < size; at += lineLength) if (buffer[at] === mark) this.returned++;
          this.received += size;
          this.onReceipt();
          return true;
        },
      },
    });
    this.socket.on("error", (error) => {
      process.stderr.write(`a client: ${error.message}\n`);
      process.exit(1);
    });
    this.socket.write(Buffer.from(token, "latin1"));
  }

  send(): void {
    this.sent++;
    this.socket.write(this.line);
  }
}

const clients: Client[] = [];
const total = (): number => clients.reduce((sum, { sent }) => sum + sent, 0);
const haveAll = (bytes: number): boolean => clients.every(({ received }) => received >= bytes);
/** Called at every receipt of any client, until it says that it is over. */
const until = (over: () => boolean): Promise<void> =>
  new Promise((done) => {
    const look = () => {
      if (over()) done();
    };
    for (const client of clients) client.onReceipt = look;
    look();
  });

const join = async (port: number, token: string, count: number): Promise<void> => {
  for (let nth = 0; nth < count; nth++) clients.push(new Client(nth, port, token));
  // Everybody is there when everybody has received everybody's line.
  for (const client of clients) client.send();
  await until(() => haveAll(total() * lineLength));
};

const flood = async (window: number, milliseconds: number): Promise<Answer> => {
  const before = total();
  const began = performance.now();
  const fill = (client: Client) => {
    while (client.sent - client.returned < window) client.send();
  };
  await new Promise<void>((done) => {
    for (const client of clients)
      client.onReceipt = () => {
        if (performance.now() - began < milliseconds) fill(client);
        else done();
      };
    for (const client of clients) fill(client);
  });
  await until(() => haveAll(total() * lineLength));
  const lines = total() - before;
  return {
    answer: "flooded",
    lines,
    deliveries: lines * clients.length,
    milliseconds: performance.now() - began,
  };
};

const ping = async (rounds: number, milliseconds: number): Promise<Answer> => {
  const latencies: number[] = [];
  const began = performance.now();
  for (let nth = 0; nth < rounds && performance.now() - began < milliseconds; nth++) {
    const sender = clients[nth % clients.length] as Client;
    const sentAt = performance.now();
    sender.send();
    const expected = total() * lineLength;
    let waiting = clients.length;
    await new Promise<void>((done) => {
      for (const client of clients)
        client.onReceipt = () => {
          if (client.received >= expected && --waiting === 0) done();
        };
    });
    latencies.push(performance.now() - sentAt);
  }
  return { answer: "pinged", latencies };
};

const visit = (nth: number, port: number, token: string): Promise<void> =>
  new Promise((done) => {
    const client = new Client(nth, port, token);
    client.onReceipt = () => {
      client.socket.destroy();
      done();
    };
  });

const churn = async (connections: number, atOnce: number, port: number, token: string): Promise<Answer> => {
  let left = connections;
  const began = performance.now();
  const go = async (nth: number): Promise<void> => {
    while (left-- > 0) await visit(nth, port, token);
  };
  await Promise.all(Array.from({ length: atOnce }, (_, nth) => go(nth)));
  return { answer: "churned", milliseconds: performance.now() - began };
};

const obey = async (order: Order): Promise<Answer> => {
  if (order.order === "join") {
    await join(order.port, order.token, order.clients);
    return { answer: "joined" };
  }
  if (order.order === "flood") return flood(order.window, order.milliseconds);
  if (order.order === "ping") return ping(order.rounds, order.milliseconds);
  return churn(order.connections, order.atOnce, order.port, order.token);
};

process.on("message", (order: Order) => {
  void obey(order).then((answer) => process.send?.(answer));
});
