/** Measures a server with so many clients: three servers, one after the other, each fresh. */
import type { Running } from "../running.ts";
import { type Figures, quantile } from "./figures.ts";
import { Load } from "./load.ts";
import { type Contender, type Server, withServer } from "./subject.ts";
import { memoryOf, usageOf, usedSince } from "./usage.ts";

/** How long each part takes. */
export interface Patience {
  /** Milliseconds of sending. */
  readonly flood: number;
  /** Milliseconds, and lines, at most. */
  readonly ping: number;
  readonly rounds: number;
  /** Connections in all. */
  readonly connections: number;
}

export const patience: Patience = { flood: 1_500, ping: 1_500, rounds: 1_000, connections: 64 };

/** Before anything counts: code is compiled, buffers have grown. */
const warmUp = { flood: 500, rounds: 50 } as const;

/** Lines of its own that each client has on their way while everybody sends. */
const window = 16;

const withLoad = <T>(
  contender: Contender,
  running: Running,
  use: (server: Server, load: Load, token: string) => Promise<T>,
): Promise<T> =>
  withServer(contender, async (server, { token }) => {
    if (running.isInterrupted) throw new Error("somebody has interrupted everything");
    const load = Load.start();
    const release = running.add(() => load.end()); // whoever waits for its answer hears of that
    try {
      return await use(server, load, token);
    } finally {
      release();
      load.end();
    }
  });

const measureFlood = (
  contender: Contender,
  clients: number,
  running: Running,
  { flood: milliseconds }: Patience,
) =>
  withLoad(contender, running, async (server, load, token) => {
    const empty = memoryOf(server.processes());
    const unused = usageOf(server.processes());
    await load.ask({ order: "join", port: server.port, token, clients });
    const joining = usedSince(unused, usageOf(server.processes()));
    const idle = memoryOf(server.processes());
    await load.ask({ order: "flood", window, milliseconds: warmUp.flood });
    const usage = () => ({ server: usageOf(server.processes()), load: usageOf([load.pid]) });
    const before = usage();
    const { lines, milliseconds: took } = await load.ask({ order: "flood", window, milliseconds });
    const after = usage();
    const used = usedSince(before.server, after.server);
    const deliveries = lines * clients;
    return {
      lines: (1000 * lines) / took,
      deliveries: (1000 * deliveries) / took,
      floodCost: (1000 * used.processor) / deliveries,
      batch: lines / Math.max(1, used.writes),
      kernelShare: used.kernel / Math.max(1, used.kernel + used.user),
      memoryIdle: (idle - empty) / clients,
      memoryBusy: (memoryOf(server.processes()) - empty) / clients,
      connectCost: joining.processor / clients,
      loadCost: (1000 * usedSince(before.load, after.load).processor) / deliveries,
    };
  });

const measurePing = (
  contender: Contender,
  clients: number,
  running: Running,
  { ping: milliseconds, rounds }: Patience,
) =>
  withLoad(contender, running, async (server, load, token) => {
    await load.ask({ order: "join", port: server.port, token, clients });
    await load.ask({ order: "ping", rounds: warmUp.rounds, milliseconds });
    const before = usageOf(server.processes());
    const { latencies } = await load.ask({ order: "ping", rounds, milliseconds });
    const used = usedSince(before, usageOf(server.processes()));
    const deliveries = latencies.length * clients;
    return {
      median: quantile(latencies, 0.5),
      p99: quantile(latencies, 0.99),
      pingCost: (1000 * used.processor) / deliveries,
      sleeps: used.sleeps / deliveries,
    };
  });

const measureConnects = (contender: Contender, atOnce: number, running: Running, { connections }: Patience) =>
  withLoad(contender, running, async (server, load, token) => {
    const { port } = server;
    const { milliseconds } = await load.ask({ order: "visit", port, token, connections, atOnce });
    return { connects: (1000 * connections) / milliseconds };
  });

/** Rejects where a client was cut off, or somebody has interrupted everything. */
export const measure = async (
  contender: Contender,
  clients: number,
  running: Running,
  how: Patience = patience,
): Promise<Figures> => ({
  ...(await measureFlood(contender, clients, running, how)),
  ...(await measurePing(contender, clients, running, how)),
  ...(await measureConnects(contender, clients, running, how)),
});
