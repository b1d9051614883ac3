/** The plot of docs/performance.md: states and seconds against messages, one line for each number of clients. */
import { parse, View } from "vega";
import { compile, type TopLevelSpec } from "vega-lite";
import type { Measured } from "./measurement.ts";
import type { Result } from "./results.ts";
import { keyOf, rows, seriesOf } from "./rows.ts";

interface Point {
  readonly series: string;
  readonly clients: string;
  readonly messages: number;
  readonly quantity: "states" | "seconds";
  readonly value: number;
}

const pointsOf = (who: string, measured: Measured | null, clients: number, messages: number): Point[] => {
  if (measured === null || measured.ended !== "complete") return [];
  const place = { series: who, clients: String(clients), messages };
  // Of less than a hundredth of a second a clock knows little, and a logarithm makes much of it.
  const seconds = Math.max(measured.seconds, 0.01);
  return [
    { ...place, quantity: "states", value: measured.states },
    { ...place, quantity: "seconds", value: seconds },
  ];
};

/** A point for each search that went to its end. */
export const growthPoints = (results: readonly Result[]): Point[] =>
  results.flatMap((result) => {
    const row = rows.find((one) => keyOf(one) === keyOf(result));
    if (row === undefined || row.group !== "growth") return [];
    const { clients, messages } = row.ours;
    const series = seriesOf(row.ours);
    return [
      ...pointsOf(series, result.ours, clients, messages),
      ...pointsOf(`${series}: Spin`, result.spin, clients, messages),
    ];
  });

const specificationOf = (values: Point[]): TopLevelSpec => ({
  background: "white",
  data: { values },
  facet: {
    row: { field: "quantity", title: null, sort: ["states", "seconds"], header: { labelFontSize: 12 } },
    column: {
      field: "series",
      title: null,
      sort: [...new Set(values.map(({ series }) => series))],
      header: { labelFontSize: 12 },
    },
  },
  spec: {
    width: 180,
    height: 180,
    mark: { type: "line", point: true },
    encoding: {
      x: { field: "messages", type: "ordinal", title: "messages of each client", axis: { labelAngle: 0 } },
      y: {
        field: "value",
        type: "quantitative",
        scale: { type: "log" },
        title: null,
        axis: { format: "~s" },
      },
      color: { field: "clients", type: "ordinal", title: "clients", scale: { scheme: "tableau10" } },
    },
  },
  resolve: { scale: { y: "independent" }, axis: { y: "independent" } },
});

/** The same bytes for the same results. */
export const drawGrowth = async (results: readonly Result[]): Promise<string> => {
  const { spec } = compile(specificationOf(growthPoints(results)));
  const svg = await new View(parse(spec), { renderer: "none" }).toSVG();
  return `${svg}\n`;
};
