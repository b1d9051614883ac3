/** How verdicts and counterexamples read. */
import type { Bounds, PropertyVerdict, Verdict } from "../model/index.ts";
import type { ReplayReport } from "../sim/index.ts";
import { colors, columns } from "./output.ts";

const plural = (value: number, noun: string): string => `${value} ${noun}${value === 1 ? "" : "s"}`;

/** `2 clients × 1 message, every line in 2 segments; faults: crash=1` */
export const describeBounds = (bounds: Bounds): string => {
  if (bounds.endless === true) return describeEndless(bounds);
  const { clients, messages, strangers, segments, tokenSegments, pipelined, stored, faults } = bounds;
  return [
    `${plural(clients, "client")} × ${plural(messages, "message")}`,
    ...(strangers > 0 ? [plural(strangers, "stranger")] : []),
    ...(segments > 1 ? [`every line in ${segments} segments`] : []),
    ...(tokenSegments > 1 ? [`the token in ${tokenSegments}`] : []),
    ...(pipelined ? ["token and first line in one segment"] : []),
    ...(stored > 0 ? [`${plural(stored, "line")} stored`] : []),
    describeFaults(faults),
  ].join(", ");
};

const describeFaults = (faults: Bounds["faults"]): string => {
  const budget = Object.entries(faults).filter(([, times]) => times > 0);
  return budget.length === 0
    ? "no faults"
    : `faults ${budget.map(([name, times]) => `${name}=${times}`).join(" ")}`;
};

/** `endlessly: 1 client writes, 2 visitors come and go, the disk is full` */
const describeEndless = ({ clients, visitors = 0, messages, stored, faults }: Bounds): string =>
  [
    `endlessly: ${plural(clients, "client")} ${clients === 1 ? "writes" : "write"}`,
    `${plural(visitors, "visitor")} ${visitors === 1 ? "comes and goes" : "come and go"}`,
    messages === 0 ? "the disk is full" : `the disk has room for ${plural(messages, "line")}`,
    ...(stored > 0 ? [`${plural(stored, "line")} stored`] : []),
    describeFaults(faults),
  ].join(", ");

export const showVerdict = (verdict: Verdict): string => {
  const paint = {
    holds: colors.green,
    violated: colors.red,
    unknown: colors.yellow,
    "not-applicable": colors.dim,
  }[verdict];
  return paint(verdict);
};

export const verdictTable = (verdicts: readonly PropertyVerdict[]): string =>
  columns(
    verdicts.map(({ id, name, kind, verdict, because }) => [
      `  ${id}`,
      name,
      colors.dim(kind),
      showVerdict(verdict),
      because,
    ]),
  );

/** Verdicts on the model's trace and on the real one, side by side. */
export const comparedVerdicts = (
  model: readonly PropertyVerdict[],
  real: readonly PropertyVerdict[],
): string =>
  columns([
    ["  ", "", "", "model", "processes", ""].map((text) => colors.dim(text)),
    ...model.map(({ id, name, kind, verdict, because }, at) => [
      `  ${id}`,
      name,
      colors.dim(kind),
      showVerdict(verdict),
      showVerdict(real[at]?.verdict ?? "unknown"),
      real[at]?.because || because,
    ]),
  ]);

/** A run on real processes: what the kernel did, step by step, and which results it did not give by itself. */
export const showSteered = (
  planned: ReplayReport["steps"],
  steps: readonly { lock: string; breaks: readonly string[]; injected: boolean }[],
): string =>
  showRun({
    steps: planned.slice(0, steps.length).map((step, at) => {
      const { lock = "", breaks = [], injected = false } = steps[at] ?? {};
      const { outcome } = step.action;
      return {
        ...step,
        action: { ...step.action, outcome: injected ? `${outcome} (injected)` : outcome },
        lock,
        breaks,
      };
    }),
    properties: [],
  });

/** A run as an annotated strace: one line a step; a process is named where a turn of it begins. */
export const showRun = ({ steps, properties }: Pick<ReplayReport, "steps" | "properties">): string => {
  const rows = steps.map(({ action, lock, origin, breaks }, at) => {
    const turns = at === 0 || steps[at - 1]?.action.process !== action.process;
    const isFault = action.kind === "fault";
    const note = { scheduled: "", adapted: "(adapted)", added: "(added)" }[origin];
    return [
      colors.dim(String(at + 1).padStart(4)),
      turns ? colors.bold(action.process) : "",
      isFault ? colors.magenta(`*** ${action.call} ***`) : action.call,
      isFault ? "" : `= ${action.outcome}`,
      colors.cyan(lock),
      [note, ...breaks.map((id) => colors.red(`← breaks ${id}`))].filter((text) => text !== "").join(" "),
    ];
  });
  const header = ["step", "process", "call", "outcome", "lock held by", ""].map((text) => colors.dim(text));
  const broken = properties.filter(({ verdict }) => verdict === "violated");
  return [
    columns([header, ...rows]),
    ...broken.map(({ id, name, because }) => `${colors.red(`${id} ${name}`)}: ${because}`),
  ].join("\n");
};
