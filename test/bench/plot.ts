/** The plot of docs/performance.md: states and seconds against messages, one line for each number of clients. */
import { parse, View } from "vega";
import { compile, type TopLevelSpec } from "vega-lite";
import type { Measured } from "./measurement.ts";
import type { Result } from "./results.ts";
import { keyOf, rows, seriesOf } from "./rows.ts";

interface Point {
  readonly series: string;
  readonly search: "ours" | "Spin";
  readonly clients: string;
  readonly messages: number;
  readonly states: number;
  readonly seconds: number;
}

/** Of less than a hundredth of a second clocks know little, and a logarithm makes much of it. */
const leastSeconds = 0.01;

/** A point for each search that went to its end. */
const growthPoints = (results: readonly Result[]): Point[] =>
  results.flatMap((result) => {
    const row = rows.find((one) => keyOf(one) === keyOf(result));
    if (row === undefined || row.group !== "growth") return [];
    const { clients, messages } = row.ours;
    const place = { series: seriesOf(row.ours), clients: String(clients), messages };
    const pointOf = (search: Point["search"], measured: Measured | null): Point[] => {
      if (measured === null || measured.ended !== "complete") return [];
      const seconds = Math.max(measured.seconds, leastSeconds);
      return [{ ...place, search, states: measured.states, seconds }];
    };
    return [...pointOf("ours", result.ours), ...pointOf("Spin", result.spin)];
  });

const powersOfTen = Array.from({ length: 12 }, (_, at) => 10 ** (at - 2));

/** Ours is drawn through, with discs; Spin's dashed, with squares. */
const bySearch = { field: "search", type: "nominal", title: "search", sort: ["ours", "Spin"] } as const;

const specificationOf = (values: Point[]): TopLevelSpec => ({
  background: "white",
  data: { values },
  vconcat: (["states", "seconds"] as const).map((quantity) => ({
    facet: { column: { field: "series", title: null, header: { labelFontSize: 12 } } },
    spec: {
      width: 240,
      height: 200,
      encoding: {
        x: { field: "messages", type: "ordinal", title: "messages of each client", axis: { labelAngle: 0 } },
        y: {
          field: quantity,
          type: "quantitative",
          title: quantity,
          scale: { type: "log" },
          axis: { values: powersOfTen, format: quantity === "states" ? "~s" : "~g" },
        },
        color: { field: "clients", type: "ordinal", title: "clients", scale: { scheme: "category10" } },
      },
      layer: [
        { mark: "line", encoding: { strokeDash: bySearch } },
        { mark: { type: "point", filled: true, opacity: 1 }, encoding: { shape: bySearch } },
      ],
    },
  })),
});

/** The same bytes for the same results. */
export const drawGrowth = async (results: readonly Result[]): Promise<string> => {
  const { spec } = compile(specificationOf(growthPoints(results)));
  const svg = await new View(parse(spec), { renderer: "none" }).toSVG();
  return `${svg}\n`;
};
