/** `papaya run`: the protocol as real processes, with real clients on 127.0.0.1. */
import type { Command } from "commander";
import { overall, type Property, type Protocol } from "../model/index.ts";
import type { ProcessesReport } from "../real/index.ts";
import { loadProtocol } from "../real/protocol.ts";
import { type Driven, Interruption, ProgressLine } from "./drive.ts";
import { codeOf, exitCodes } from "./exit.ts";
import {
  addProperties,
  addSeed,
  positive,
  prepareOutputs,
  type SharedOptions,
  wholeNumber,
} from "./options.ts";
import { colors, count, say, sayJson } from "./output.ts";
import { verdictTable } from "./report.ts";
import { withRemedy } from "./serving.ts";
import { allowProcesses, processesHere } from "./steering.ts";
import { validateRun, validationCode, validationFields, validationLines } from "./validation.ts";

interface RunOptions extends Pick<SharedOptions, "properties" | "json"> {
  readonly clients: number;
  readonly lines: number;
  readonly seed: string;
  readonly maxSeconds: number;
  readonly keep?: boolean;
  readonly validate?: boolean;
}

export interface Ran extends Driven<ProcessesReport> {
  readonly interrupted: boolean;
}

/** Runs a protocol as processes, with progress and Ctrl-C. */
export const runReal = async (
  protocol: Protocol,
  reference: string,
  properties: readonly Property[],
  options: Pick<RunOptions, "clients" | "lines" | "seed" | "maxSeconds" | "keep">,
  interruption: Interruption,
): Promise<Ran> => {
  const { clients, lines, seed, maxSeconds, keep } = options;
  const { makePlan, realSizes, runProcesses } = await processesHere();
  const line = new ProgressLine(`running ${protocol.id}`);
  try {
    const result = await withRemedy(() =>
      runProcesses(protocol, properties, {
        reference,
        plan: makePlan({ clients, lines, seed, ...realSizes }),
        maxSeconds,
        ...(keep === undefined ? {} : { keep }),
        onProgress: (progress) => {
          line.show(`${progress.processes} processes, ${count(progress.lines)} lines in the log`);
          return !interruption.isAsked;
        },
      }),
    );
    return { result, seconds: line.seconds, interrupted: interruption.isAsked };
  } finally {
    line.end();
  }
};

/** What a run on real processes can say of a protocol that is broken, or not. */
export const luck = (protocol: Protocol): string =>
  protocol.breaks.length === 0
    ? "one run of many: what it did not show, it did not rule out"
    : `${protocol.id} is known to break ${protocol.breaks.join(" ")}; whether one run of real processes shows that is luck`;

const shown = "what has happened once can happen again";

const run = async (reference: string, options: RunOptions): Promise<void> => {
  const protocol = await loadProtocol(reference);
  await allowProcesses(protocol, reference);
  prepareOutputs(options);
  const interruption = new Interruption();
  const { result, seconds, interrupted } = await runReal(
    protocol,
    reference,
    options.properties,
    options,
    interruption,
  );
  const { validate, maxSeconds } = options;
  const validation = validate && !interrupted ? await validateRun(result, interruption, maxSeconds) : null;
  const wasInterrupted = interruption.isAsked;
  interruption.end();
  const verdict = overall(result.properties, true);
  const { processes, lines, deliveries, complete, complaints, directory, events } = result;
  if (options.json !== undefined)
    sayJson(options.json, {
      protocol: reference,
      seed: options.seed,
      clients: options.clients,
      verdict,
      complete,
      processes,
      lines,
      deliveries,
      events: events.length,
      complaints,
      directory,
      seconds: Math.round(seconds * 1000) / 1000,
      properties: result.properties,
      ...(validation === null ? {} : { validation: validationFields(validation) }),
    });
  else {
    say(
      `${colors.bold(reference)} on real processes: ${options.clients} clients × ${options.lines} lines, seed ${options.seed}`,
    );
    say(
      `${processes} processes at the end, ${count(lines)} lines in the log, ${count(deliveries)} deliveries, ` +
        `${count(events.length)} events, ${seconds.toFixed(1)} s`,
    );
    if (!complete)
      say(
        colors.yellow(
          interrupted ? "interrupted before the end" : "time ran out before everything was still",
        ),
      );
    if (complaints !== "") say(colors.red(`processes complained: ${complaints}`));
    say();
    say(verdictTable(result.properties));
    say();
    say(`${verdict}: ${verdict === "violated" && protocol.breaks.length === 0 ? shown : luck(protocol)}`);
    if (validation !== null) for (const line of validationLines(validation)) say(line);
    if (directory !== null) say(`log and traces are kept in ${directory}`);
  }
  // A process that cannot go on has met what its machine, and so the model, does not know.
  const diverged = complaints !== "" && verdict !== "violated" && !wasInterrupted;
  const code = diverged ? exitCodes.diverged : codeOf(verdict, wasInterrupted);
  process.exitCode = code === exitCodes.holds && validation !== null ? validationCode(validation) : code;
};

export const addRun = (program: Command): void => {
  const command = program
    .command("run")
    .description("run the protocol as real processes with real clients on 127.0.0.1, and judge what happened")
    .argument("[protocol]", "a shipped protocol, or a file: ./my-protocol.ts", "papaya");
  addProperties(addSeed(command))
    .option(
      "--clients <n>",
      "clients with the right token; two strangers come on top",
      wholeNumber(1, 200),
      8,
    )
    .option("--lines <n>", "lines that each client sends", positive, 50)
    .option("--max-seconds <n>", "end the run after so many seconds", positive, 120)
    .option("--keep", "keep log and traces also where nothing went wrong")
    .option("--no-keep", "keep them in no case")
    .option("--validate", "look for an order of what happened that the model allows; name what it does not")
    .option("--json [file]", "the report for machines, to standard output or (--json=FILE) to a file")
    .addHelpText(
      "after",
      `
Clients join in the middle, leave and come back, split lines and tokens, send bursts, put the token and the first line
into one segment; strangers show a wrong token and half a one; the daemon is killed in mid-run. The seed decides what
they do, the kernel when.

Examples:
  papaya run --clients 8 --lines 50 --seed 7
  papaya run inherited-description --seed 7      a broken lock, on the real kernel
  papaya run ./my-protocol.ts --keep
  papaya run --seed 7 --validate                 is that a behaviour of the model, too?

Exit code: 0 holds, 1 violated, 2 called wrongly, 3 unknown (time ran out), 4 a process met what its machine does not
know, or did what the model does not, 130 interrupted.`,
    )
    .action(run);
};
