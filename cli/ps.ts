/** `papaya ps`: the servers of this host and their clients, as the kernel shows them. */
import type { Command } from "commander";
import type { Inhabitant } from "../real/server/index.ts";
import { prepareOutputs } from "./options.ts";
import { colors, columns, count, say, sayJson } from "./output.ts";
import { serverHere } from "./serving.ts";

interface Row {
  readonly server: number;
  readonly client: number;
  readonly session: string;
  readonly peer: string;
  /** ISO 8601. */
  readonly since: string;
  readonly recv: number | null;
  readonly send: number | null;
  readonly linesIn: number;
  readonly linesOut: number;
  /** Bytes of the log that the client has not been sent; null where one may not look. */
  readonly behind: number | null;
  /** Which of its processes wait for the lock; null where one may not look. */
  readonly waiting: readonly string[] | null;
}

type Standing = ReturnType<typeof import("../real/server/index.ts")["standingOf"]>;

const rowOf = (processes: readonly Inhabitant[], standing: (one: Inhabitant) => Standing): Row[] => {
  const [first] = processes;
  if (first?.cluster == null) return [];
  const recv = processes.find(({ role }) => role === "RECV");
  const send = processes.find(({ role }) => role === "SEND");
  return [
    {
      server: first.server,
      client: first.cluster.number,
      session: first.cluster.session,
      peer: first.cluster.peer,
      since: new Date(standing(recv ?? first).since).toISOString(),
      recv: recv?.pid ?? null,
      send: send?.pid ?? null,
      linesIn: recv?.traffic.lines ?? 0,
      linesOut: send?.traffic.lines ?? 0,
      behind: send === undefined ? null : standing(send).behind,
      waiting: processes.some((one) => standing(one).waitsForLock === null)
        ? null
        : processes.filter((one) => standing(one).waitsForLock).map(({ role }) => role),
    },
  ];
};

const groupedBy = <T>(values: readonly T[], key: (value: T) => string): T[][] => {
  const groups = new Map<string, T[]>();
  for (const value of values) groups.set(key(value), [...(groups.get(key(value)) ?? []), value]);
  return [...groups.values()];
};

const heading = ["CLIENT", "SESSION", "PEER", "SINCE", "RECV", "SEND", "IN", "OUT", "BEHIND", "LOCK"];

const cells = (row: Row): string[] => [
  String(row.client),
  row.session,
  row.peer,
  row.since.replace("T", " ").replace(/\.\d+Z$/, "Z"),
  String(row.recv ?? "-"),
  String(row.send ?? "-"),
  count(row.linesIn),
  count(row.linesOut),
  row.behind === null ? "?" : `${count(row.behind)} B`,
  row.waiting === null ? "?" : row.waiting.length === 0 ? "-" : `${row.waiting.join(", ")} waits`,
];

const clientCount = (clients: number): string => (clients === 1 ? "1 client" : `${count(clients)} clients`);

const ps = async (options: { json?: string }): Promise<void> => {
  const { inhabitants, standingOf } = await serverHere();
  prepareOutputs(options);
  const everybody = inhabitants();
  const standing = new Map(everybody.map((one) => [one, standingOf(one)]));
  const of = (one: Inhabitant) => standing.get(one) as Standing;
  const servers = groupedBy(everybody, ({ server }) => String(server)).map((processes) => {
    const daemon = processes.find(({ role }) => role === "daemon");
    const clusters = processes.filter(({ cluster }) => cluster !== null);
    return {
      anchor: processes.find(({ role }) => role === "anchor")?.pid ?? null,
      daemon: daemon?.pid ?? null,
      address: daemon?.what ?? null,
      clients: groupedBy(clusters, ({ cluster }) => String(cluster?.number)).flatMap((one) => rowOf(one, of)),
    };
  });
  if (options.json !== undefined) return sayJson(options.json, { servers });
  if (servers.length === 0) return say("no server runs here that you may see");
  for (const { anchor, daemon, address, clients } of servers) {
    const door = daemon === null ? "port closed" : `${address}, daemon ${daemon}`;
    say(colors.bold(`server ${anchor ?? "without an anchor"}: ${door}, ${clientCount(clients.length)}`));
    if (clients.length > 0) say(columns([heading, ...clients.map(cells)]));
  }
};

export const addPs = (program: Command): void => {
  program
    .command("ps")
    .description("show the servers of this host and their clients: processes, peer, lines, how far behind")
    .option("--json [file]", "the table for machines, to standard output or (--json=FILE) to a file")
    .addHelpText(
      "after",
      `
IN are lines that a client's RECV has stored, OUT lines that its SEND has written; BEHIND is what it has not been sent
yet of what SEND has read, which is no more than 64 KiB of the log at a time; LOCK says who waits for the log's lock at
this moment. What another user's server does not show is “?”. To cut a client off: kill the process id under RECV.

Examples:
  papaya ps
  papaya ps --json | jq '.servers[].clients[] | select(.behind > 0)'`,
    )
    .action(ps);
};
