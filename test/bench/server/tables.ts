/** Results as rows of text: for a terminal and for a page. */
import { count } from "../../../cli/output.ts";
import type { Figures, Result } from "./figures.ts";

/** Three digits that count. */
const digits = (value: number): string =>
  value >= 100 ? count(Math.round(value)) : value >= 10 ? value.toFixed(1) : value.toFixed(2);

const ofFigure =
  (...names: (keyof Figures)[]) =>
  ({ figures }: Result): string =>
    names.map((name) => digits(figures[name])).join(" / ");

interface Column {
  readonly title: string;
  readonly show: (result: Result) => string;
}

const size: readonly Column[] = [
  { title: "server", show: ({ subject }) => subject },
  { title: "clients", show: ({ clients }) => String(clients) },
];

/** The tables, and what stands in their columns. */
export const tables = {
  throughput: [
    ...size,
    { title: "lines/s", show: ofFigure("lines") },
    { title: "deliveries/s", show: ofFigure("deliveries") },
    { title: "CPU ms/1000 deliveries", show: ofFigure("floodCost") },
    { title: "of it in the kernel", show: ({ figures }) => `${Math.round(100 * figures.kernelShare)} %` },
    {
      title: "lines/append",
      show: (result) => (result.subject === "papaya" ? ofFigure("batch")(result) : "–"),
    },
    { title: "the load's own CPU ms/1000", show: ofFigure("loadCost") },
  ],
  latency: [
    ...size,
    { title: "median ms", show: ofFigure("median") },
    { title: "p99 ms", show: ofFigure("p99") },
    { title: "CPU ms/1000 deliveries", show: ofFigure("pingCost") },
    { title: "sleeps/delivery", show: ofFigure("sleeps") },
  ],
  clients: [
    ...size,
    { title: "connects/s", show: ofFigure("connects") },
    { title: "CPU ms/connect", show: ofFigure("connectCost") },
    { title: "KiB/client, idle", show: ofFigure("memoryIdle") },
    { title: "KiB/client, busy", show: ofFigure("memoryBusy") },
  ],
  durability: [
    { title: "server", show: ({ subject }) => subject },
    { title: "durability", show: ({ durability }) => durability },
    { title: "lines/s", show: ofFigure("lines") },
    { title: "median ms", show: ofFigure("median") },
    { title: "p99 ms", show: ofFigure("p99") },
  ],
} as const satisfies Record<string, readonly Column[]>;

export type Table = keyof typeof tables;

/** Durability is compared at one size, sizes without it. */
const isIn =
  (table: Table) =>
  ({ durability, clients }: Result, _: number, all: readonly Result[]): boolean =>
    table === "durability"
      ? all.some((other) => other.clients === clients && other.durability !== "none")
      : durability === "none";

/** A table with its header; each size of both servers side by side. */
export const tableOf = (table: Table, results: readonly Result[]): string[][] => {
  const columns: readonly Column[] = tables[table];
  const sorted = results.filter(isIn(table)).sort((a, b) => a.clients - b.clients);
  return [
    columns.map(({ title }) => title),
    ...sorted.map((result) => columns.map(({ show }) => show(result))),
  ];
};
