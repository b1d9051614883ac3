/** `papaya start`, which `npm start` runs: the main job, from the broken protocol to the proved one on real processes. */
import type { Command } from "commander";
import {
  type Bounds,
  defaultBounds,
  type PropertyKind,
  type PropertyVerdict,
  type Protocol,
  settingOf,
  type Verdict,
} from "../model/index.ts";
import { papaya, published } from "../model/protocols/index.ts";
import { properties } from "../properties/index.ts";
import { type RunReport, simulating } from "../sim/index.ts";
import { type Checked, checkSetting, writeSchedules } from "./check.ts";
import { drive, Interruption } from "./drive.ts";
import { exitCodes } from "./exit.ts";
import { addSeed, prepareOutputs } from "./options.ts";
import { colors, columns, count, say } from "./output.ts";
import { describeBounds, showVerdict } from "./report.ts";
import { luck, runReal } from "./run.ts";
import { schedulerFor } from "./scheduler.ts";

interface StartOptions {
  readonly seed: string;
  readonly scheduleOut: string;
}

/** What `papaya` is proved for here; longer proofs are in docs/properties.md. */
const proofs: readonly Bounds[] = [
  defaultBounds,
  { ...defaultBounds, clients: 1, messages: 3 },
  { ...defaultBounds, segments: 2 },
  { ...defaultBounds, clients: 1, strangers: 1 },
  { ...defaultBounds, faults: { "short-write": 1, "disk-full": 1 } },
  { ...defaultBounds, faults: { "daemon-restart": 1 } },
  { ...defaultBounds, faults: { crash: 1 } },
];

const simulated: Bounds = {
  ...defaultBounds,
  clients: 16,
  messages: 6,
  strangers: 1,
  segments: 2,
  faults: { crash: 2, "daemon-restart": 1, disconnect: 2, return: 2, "short-write": 3, "disk-full": 1 },
};

const simulations = 10;

/** What several reports say together. What some run must show is shown by one of them. */
const together = (kind: PropertyKind, verdicts: readonly Verdict[]): Verdict => {
  const order: readonly Verdict[] =
    kind === "sometimes" ? ["violated", "holds", "unknown"] : ["violated", "unknown", "holds"];
  return order.find((verdict) => verdicts.includes(verdict)) ?? "not-applicable";
};

type Column = ReadonlyMap<string, Verdict>;

const columnOf = (...reports: readonly (readonly PropertyVerdict[])[]): Column =>
  new Map(
    properties.map(({ id, kind }) => {
      const own = reports.map(
        (report) => report.find((property) => property.id === id)?.verdict ?? "unknown",
      );
      return [id, together(kind, own)];
    }),
  );

const seconds = (value: number): string => `${value.toFixed(1)} s`;

const sayPublished = ({ result, seconds: took }: Checked, directory: string): void => {
  const paths = writeSchedules(directory, published.id, result);
  say(
    `${count(result.states)} states in ${seconds(took)}, ${describeBounds(result.setting.bounds)}. It breaks:`,
  );
  const broken = result.properties.filter(({ schedule }) => schedule !== null);
  say(
    columns(
      broken.map(({ id, name, steps, because }, at) => [
        `  ${colors.red(id)}`,
        name,
        `${steps} steps`,
        paths[at] ?? "",
        because,
      ]),
    ),
  );
};

class MainJob {
  private readonly interruption = new Interruption();
  private readonly rows: { protocol: Protocol; model: Column; simulation: Column; processes: Column }[] = [];

  constructor(private readonly options: StartOptions) {}

  async run(): Promise<number> {
    prepareOutputs(this.options);
    await this.look(published, [published.bounds]);
    if (!this.interruption.isAsked) await this.look(papaya, proofs);
    this.interruption.end();
    this.sayTable();
    if (this.interruption.isAsked) return exitCodes.interrupted;
    return this.isAsExpected() ? exitCodes.holds : exitCodes.violated;
  }

  /** One protocol in all three worlds. */
  private async look(protocol: Protocol, bounds: readonly Bounds[]): Promise<void> {
    say(colors.bold(`${protocol.id}: ${protocol.says}`));
    const reports: Checked[] = [];
    for (const one of bounds) {
      const checked = await checkSetting(settingOf(protocol, one), properties, {}, this.interruption);
      reports.push(checked);
      if (protocol === published) sayPublished(checked, this.options.scheduleOut);
      else {
        const { result } = checked;
        say(
          `  ${showVerdict(result.verdict)}  ${describeBounds(one)}: ${count(result.states)} states in ${seconds(checked.seconds)}`,
        );
      }
      if (this.interruption.isAsked) break;
    }
    const model = columnOf(...reports.map(({ result }) => result.properties));
    this.rows.push({
      protocol,
      model,
      simulation: await this.simulate(protocol),
      processes: await this.runProcesses(protocol),
    });
    say();
  }

  /** Several runs, each from a seed of its own that `papaya simulate` takes, too. */
  private async simulate(protocol: Protocol): Promise<Column> {
    const setting = settingOf(protocol, simulated);
    const seeds = Array.from({ length: simulations }, (_, at) => `${this.options.seed}.${at + 1}`);
    const reports: RunReport[] = [];
    for (const seed of seeds) {
      if (this.interruption.isAsked) break;
      const scheduler = schedulerFor(setting, { seed, scheduler: "random", depth: 3 });
      const { result } = await drive(
        simulating(setting, properties, scheduler),
        `simulating ${protocol.id}`,
        (steps) => `${count(steps)} steps`,
        () => this.interruption.isAsked,
      );
      reports.push(result);
    }
    const steps = reports.reduce((total, report) => total + report.steps.length, 0);
    say(
      `  simulated, ${describeBounds(simulated)}: ${count(steps)} steps from seeds ${seeds[0]} to ${seeds.at(-1)}`,
    );
    return columnOf(...reports.map((report) => report.properties));
  }

  private async runProcesses(protocol: Protocol): Promise<Column> {
    if (this.interruption.isAsked) return columnOf([]);
    const { seed } = this.options;
    const options = { clients: 8, lines: 25, seed, maxSeconds: 60, keep: false };
    const ran = await runReal(protocol, protocol.id, properties, options, this.interruption);
    const { processes, lines, deliveries } = ran.result;
    say(
      `  run as ${processes} real processes from seed ${seed}: ${count(lines)} lines, ${count(deliveries)} deliveries in ${seconds(ran.seconds)}` +
        (protocol.breaks.length > 0 ? ` (${luck(protocol)})` : ""),
    );
    return columnOf(ran.result.properties);
  }

  private sayTable(): void {
    const show = (verdict: Verdict | undefined) => showVerdict(verdict ?? "unknown");
    say(
      columns([
        ["protocol", "property", "", "model", "simulation", "processes"],
        ...this.rows.flatMap(({ protocol, model, simulation, processes }) =>
          properties.map(({ id, name }, at) => [
            at === 0 ? colors.bold(protocol.id) : "",
            id,
            name,
            show(model.get(id)),
            show(simulation.get(id)),
            show(processes.get(id)),
          ]),
        ),
      ]),
    );
    say();
    if (this.interruption.isAsked) say(colors.yellow("interrupted: what stands here is not complete"));
    else say(this.isAsExpected() ? colors.green("everything as expected") : colors.red("not as expected"));
  }

  /** The model says exactly what is expected; of a sound protocol, no run ever says otherwise. */
  private isAsExpected(): boolean {
    if (this.rows.length < 2) return false;
    return this.rows.every(({ protocol, model, simulation, processes }) =>
      properties.every(({ id, kind }) => {
        const breaks = protocol.breaks.some((broken) => broken === id);
        const runs = [simulation.get(id), processes.get(id)];
        const runsHold = runs.every(
          (verdict) =>
            verdict === "holds" ||
            verdict === "not-applicable" ||
            (kind === "sometimes" && verdict === "unknown"),
        );
        return breaks === (model.get(id) === "violated") && (protocol.breaks.length > 0 || runsHold);
      }),
    );
  }
}

export const addStart = (program: Command): void => {
  addSeed(program.command("start"))
    .description("the main job: check, simulate and run the published and the mended protocol")
    .option("--schedule-out <dir>", "where the schedules of what is broken go", "schedules")
    .addHelpText(
      "after",
      `
Examples:
  papaya start
  papaya start --seed 7

Exit code: 0 everything as expected, 1 otherwise, 2 called wrongly, 130 interrupted.`,
    )
    .action(async (options: StartOptions) => {
      process.exitCode = await new MainJob(options).run();
    });
};
