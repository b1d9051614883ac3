/** `papaya torture`: a real server under seeded trouble, judged from outside. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { type Command, Option } from "commander";
import { overall, type PropertyVerdict } from "../model/index.ts";
import { type Counts, HistoryJudge } from "../properties/history/index.ts";
import { properties } from "../properties/index.ts";
import type { Durability } from "../real/server/settings.ts";
import type { CampaignReport, RoundSample } from "../real/torture/index.ts";
import { Interruption, ProgressLine } from "./drive.ts";
import { codeOf } from "./exit.ts";
import { addSeed, positive, prepareOutputs, wholeNumber } from "./options.ts";
import { colors, columns, count, say, sayJson } from "./output.ts";
import { verdictTable } from "./report.ts";
import { campaignHere, withRemedy } from "./serving.ts";

interface TortureOptions {
  readonly clients: number;
  readonly minutes: number;
  readonly rounds?: number;
  readonly lines: number;
  readonly seed: string;
  readonly durability: Durability;
  readonly keep?: boolean;
  readonly json?: string;
}

const durabilities: readonly Durability[] = ["none", "batch", "always"];

const sampleRow = (sample: RoundSample, role: string): string[] => {
  const found = sample.roles.find((one) => one.role === role);
  const memory = (kib = 0) => (kib / 1024).toFixed(1);
  return [
    `  ${role}`,
    String(found?.processes ?? 0),
    String(found?.mostDescriptors ?? 0),
    `${memory(found?.memory)} MB, at most ${memory(found?.mostMemory)}`,
  ];
};

/** What processes held at the first rest, in the middle, and at the last one. */
const sampleTable = (samples: readonly RoundSample[]): string => {
  const chosen = new Set([samples[0], samples[Math.floor(samples.length / 2)], samples.at(-1)]);
  const rows = [...chosen].flatMap((sample) =>
    sample === undefined
      ? []
      : ["anchor", "daemon", "RECV", "SEND"].map((role) => [
          `round ${sample.round}, ${sample.at.toFixed(0)} s`,
          ...sampleRow(sample, role),
        ]),
  );
  return columns([["", "", "processes", "descriptors", "memory (PSS)"].map(colors.dim), ...rows]);
};

const report = (
  options: TortureOptions,
  { rounds, faults, samples, left, complaints }: CampaignReport,
  counts: Counts,
  verdicts: readonly PropertyVerdict[],
  seconds: number,
): void => {
  say(
    `${colors.bold("papaya")} tortured: ${options.clients} clients, seed ${options.seed}, ${rounds} rounds, ${seconds.toFixed(0)} s`,
  );
  const done = Object.entries(faults).map(([name, times]) => `${name} ${times}`);
  say(`faults: ${done.join(", ") || "none"}`);
  const { sent, deliveries, lost, doubled, torn, outOfOrder, orphans, notices, turnedAway } = counts;
  say(`${count(sent)} lines sent, ${count(notices)} notices, ${count(deliveries)} deliveries checked`);
  say(
    `lost ${lost}, doubled ${doubled}, torn ${torn}, out of order ${outOfOrder}, orphans ${orphans}, left behind ${left}; ` +
      `turned away at the door ${turnedAway}`,
  );
  if (samples.length > 0) say(`\n${sampleTable(samples)}`);
  if (complaints.length > 0)
    say(colors.yellow(`processes complained ${complaints.length} times, first: ${complaints[0]}`));
  const because = "not to be seen from outside";
  const shown = verdicts.map((one) => (one.verdict === "unknown" && rounds > 0 ? { ...one, because } : one));
  say(`\n${verdictTable(shown)}\n`);
};

const torture = async (options: TortureOptions): Promise<void> => {
  prepareOutputs(options);
  const { Campaign, lineLimit } = await campaignHere();
  const { clients, lines, seed, durability } = options;
  const rounds = options.rounds ?? Number.POSITIVE_INFINITY;
  const seconds = options.rounds === undefined ? options.minutes * 60 : Number.POSITIVE_INFINITY;
  const judge = new HistoryJudge(lineLimit);
  const interruption = new Interruption();
  const line = new ProgressLine("torturing");
  const campaign = () =>
    Campaign.run({
      ...{ seed, clients, lines, durability, rounds, seconds },
      judge: (event) => {
        judge.hear(event);
        return !judge.isBroken;
      },
      onProgress: ({ round, doing, log }) => {
        const deliveries = `${count(judge.counts.deliveries)} deliveries`;
        line.show(`round ${round} (${doing}), ${deliveries}, log of ${count(log)} bytes`);
        return !interruption.isAsked;
      },
    });
  const result = await withRemedy(campaign).finally(() => line.end());
  const wasInterrupted = interruption.isAsked;
  interruption.end();
  const judged = judge.verdicts(properties);
  const verdicts = result.left > 0 ? judged.map(withLeftovers(result.left)) : judged;
  const seen = verdicts.filter(({ verdict: one }) => one !== "unknown");
  const verdict = seen.length === 0 ? "unknown" : overall(seen, true);
  const keep = options.keep ?? (verdict === "violated" && !wasInterrupted);
  if (!keep) rmSync(result.directory, { recursive: true, force: true });
  const directory = keep ? result.directory : null;
  const { faults, samples, left, complaints } = result;
  const measured = { rounds: result.rounds, faults, ...judge.counts, left, complaints, samples };
  const whole = {
    ...{ seed, clients, lines, durability, verdict, ...measured, directory },
    seconds: Math.round(line.seconds * 1000) / 1000,
    properties: verdicts,
  };
  if (directory !== null) sayJson(join(directory, "report.json"), whole);
  if (options.json !== undefined) sayJson(options.json, whole);
  else {
    report(options, result, judge.counts, verdicts, line.seconds);
    if (wasInterrupted) say(colors.yellow("interrupted before the end"));
    say(`${verdict}: one campaign of many; what it did not show, it did not rule out`);
    const { rounds: done } = result;
    if (done > 0)
      say(
        `the same again: papaya torture --clients ${clients} --lines ${lines} --durability ${durability} --rounds ${done} --seed ${seed}`,
      );
    if (directory !== null) say(`report, log, history and faults are kept in ${directory}`);
  }
  process.exitCode = codeOf(verdict, wasInterrupted);
};

const withLeftovers =
  (left: number) =>
  (verdict: PropertyVerdict): PropertyVerdict =>
    verdict.id === "P11" && verdict.verdict !== "violated"
      ? { ...verdict, verdict: "violated", because: `${left} processes had not ended when all was over` }
      : verdict;

export const addTorture = (program: Command): void => {
  addSeed(program.command("torture"))
    .description(
      "run the server under seeded trouble, with real clients on 127.0.0.1, and judge what they see",
    )
    .option("--clients <n>", "clients with the right token", wholeNumber(1, 500), 64)
    .option("--minutes <n>", "how long; the round that is under way then is the last", positive, 5)
    .addOption(new Option("--rounds <n>", "how many rounds, however long they take").argParser(positive))
    .option("--lines <n>", "lines that each client sends in a round, about", positive, 12)
    .addOption(
      new Option("--durability <when>", "as for papaya serve").choices(durabilities).default("batch"),
    )
    .option("--keep", "keep log and history also where nothing went wrong")
    .option("--no-keep", "keep them in no case")
    .option("--json [file]", "the report for machines, to standard output or (--json=FILE) to a file")
    .addHelpText(
      "after",
      `
Every round: clients send lines whole, in segments, in bursts, at the limit and over it, with NUL and bytes that are no
text; stop reading, read slowly, leave, are reset and come back; strangers come alone and in floods. Processes of the
server are killed and stopped, its daemon, its supervisor and its anchor among them; the disk is full for a while. Then
there is calm: everything has to arrive, and is checked. The seed decides what is done, the kernel when.

Examples:
  papaya torture --clients 64 --minutes 5 --seed 1
  papaya torture --clients 8 --rounds 3 --keep
  papaya torture --minutes 10 --seed 2 --json=report.json

Exit code: 0 holds, 1 violated (the directory with log and history is named), 2 called wrongly, 3 nothing came to its
end, 130 interrupted.`,
    )
    .action(torture);
};
