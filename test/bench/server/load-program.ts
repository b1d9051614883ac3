/** The load: all clients in one process of its own. */
import { performance } from "node:perf_hooks";
import { match } from "ts-pattern";
import { Client } from "./client.ts";
import { type Answer, lineLength, type Order } from "./order.ts";

const clients: Client[] = [];

/** What everybody has received when everything has come back: the one line that was there, and all that were sent. */
const everything = (): number => lineLength * clients.reduce((sum, { sent }) => sum + sent, 1);

/** Waits until every client has received so many bytes. */
const haveAll = (bytes: number): Promise<void> =>
  new Promise((done) => {
    const waiting = new Set(clients);
    for (const client of clients) {
      client.onReceipt = () => {
        if (client.received < bytes || !waiting.delete(client)) return;
        if (waiting.size === 0) done();
      };
      client.onReceipt();
    }
  });

const join = async (port: number, token: string, count: number): Promise<Answer> => {
  for (let nth = 0; nth < count; nth++) clients.push(new Client(nth, port, token));
  await haveAll(everything());
  return { answer: "joined" };
};

const flood = async (window: number, milliseconds: number): Promise<Answer> => {
  const before = everything();
  const began = performance.now();
  const fill = (client: Client): void => {
    while (client.sent - client.returned < window) client.send();
  };
  await new Promise<void>((done) => {
    for (const client of clients)
      client.onReceipt = () => (performance.now() - began < milliseconds ? fill(client) : done());
    for (const client of clients) fill(client);
  });
  await haveAll(everything());
  return {
    answer: "flooded",
    lines: (everything() - before) / lineLength,
    milliseconds: performance.now() - began,
  };
};

const ping = async (rounds: number, milliseconds: number): Promise<Answer> => {
  const latencies: number[] = [];
  const began = performance.now();
  for (let nth = 0; nth < rounds && performance.now() - began < milliseconds; nth++) {
    const sentAt = performance.now();
    clients[nth % clients.length]?.send();
    await haveAll(everything());
    latencies.push(performance.now() - sentAt);
  }
  return { answer: "pinged", latencies };
};

const visit = (nth: number, port: number, token: string): Promise<void> =>
  new Promise((done) => {
    const client = new Client(nth, port, token);
    client.onReceipt = () => {
      client.onReceipt = () => {};
      client.socket.destroy();
      done();
    };
  });

const visits = async (port: number, token: string, connections: number, atOnce: number): Promise<Answer> => {
  let left = connections;
  const began = performance.now();
  const visitor = async (nth: number): Promise<void> => {
    while (left-- > 0) await visit(nth, port, token);
  };
  await Promise.all(Array.from({ length: atOnce }, (_, nth) => visitor(nth)));
  return { answer: "visited", milliseconds: performance.now() - began };
};

const obey = (order: Order): Promise<Answer> =>
  match(order)
    .with({ order: "join" }, ({ port, token, clients: count }) => join(port, token, count))
    .with({ order: "flood" }, ({ window, milliseconds }) => flood(window, milliseconds))
    .with({ order: "ping" }, ({ rounds, milliseconds }) => ping(rounds, milliseconds))
    .with({ order: "visit" }, (o) => visits(o.port, o.token, o.connections, o.atOnce))
    .exhaustive();

process.on("message", (order: Order) => {
  void obey(order).then((answer) => process.send?.(answer));
});
