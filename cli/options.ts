/** The flags that several commands share, and what they are checked for. */
import { closeSync, existsSync, openSync } from "node:fs";
import { type Command, InvalidArgumentError, Option } from "commander";
import {
  type Bounds,
  type Budget,
  byName,
  type FaultName,
  faultNames,
  type Property,
  type Protocol,
} from "../model/index.ts";
import { progressProperties, properties } from "../properties/index.ts";
import type { Reductions } from "../sim/index.ts";
import { isDirectory, makeDirectory } from "./directory.ts";
import { UsageError } from "./exit.ts";

export const wholeNumber =
  (least: number, most = Number.MAX_SAFE_INTEGER) =>
  (text: string): number => {
    if (/^\d+$/.test(text) && Number(text) >= least && Number(text) <= most) return Number(text);
    const range = most === Number.MAX_SAFE_INTEGER ? `from ${least} on` : `from ${least} to ${most}`;
    throw new InvalidArgumentError(`It takes a whole number ${range}.`);
  };

const parseFaults = (text: string): Budget => {
  const pairs = text.split(",").filter((pair) => pair !== "");
  const named = new Set<string>();
  return Object.fromEntries(
    pairs.map((pair) => {
      const [, name = "", times = "1"] = /^([^=]*)(?:=(.*))?$/.exec(pair) ?? [];
      if (named.has(name)) throw new InvalidArgumentError(`“${name}” is said twice.`);
      named.add(name);
      if (!faultNames.includes(name as FaultName))
        throw new InvalidArgumentError(`There is no fault “${name}”. There are: ${faultNames.join(", ")}.`);
      if (!/^\d+$/.test(times)) throw new InvalidArgumentError(`“${pair}” should read ${name}=NUMBER.`);
      return [name, Number(times)];
    }),
  );
};

const namesOf = (known: readonly Property[]): string => known.map(({ id }) => id).join(", ");

const parseProperties =
  (known: readonly Property[]) =>
  (text: string): readonly Property[] => {
    const wanted = text.split(",").map((id) => id.trim().toUpperCase());
    const unknown = wanted.filter((id) => !known.some((property) => property.id === id));
    const elsewhere = progressProperties.filter(({ id }) => unknown.includes(id));
    if (elsewhere.length > 0)
      throw new InvalidArgumentError(
        `${namesOf(elsewhere)} can be judged by whole runs only, those that never end among them: “papaya check” does.`,
      );
    if (unknown.length > 0)
      throw new InvalidArgumentError(
        `There is no property “${unknown.join(", ")}”. There are: ${namesOf(known)}.`,
      );
    return known.filter(({ id }) => wanted.includes(id)).sort((a, b) => byName(a.id, b.id));
  };

const reductionNames = ["symmetry", "order", "data"] as const;

/** Which reductions a search may make use of: `all`, `none`, or a list of them. */
export const parseReductions = (text: string): Reductions => {
  const named = text.split(",").map((name) => name.trim());
  const wanted = text === "all" ? [...reductionNames] : text === "none" ? [] : named;
  const unknown = wanted.filter((name) => !reductionNames.some((known) => known === name));
  if (unknown.length > 0)
    throw new InvalidArgumentError(
      `There is no reduction “${unknown.join(", ")}”. There are: ${reductionNames.join(", ")}, all, none.`,
    );
  return {
    symmetry: wanted.includes("symmetry"),
    order: wanted.includes("order"),
    data: wanted.includes("data"),
  };
};

export interface SharedOptions {
  readonly clients?: number;
  readonly messages?: number;
  readonly strangers?: number;
  readonly segments?: number;
  readonly tokenSegments?: number;
  readonly stored?: number;
  readonly pipelined?: boolean;
  readonly faults?: Budget;
  readonly endless?: boolean;
  readonly visitors?: number;
  readonly properties: readonly Property[];
  readonly scheduleOut?: string;
  readonly save?: string | true;
  /** `-` for standard output, otherwise a file; undefined for a report to read. */
  readonly json?: string;
}

/** The flags that say how much of a protocol is looked at. */
export const addBounds = (command: Command): Command =>
  command
    .addOption(new Option("--clients <n>", "clients with the right token").argParser(wholeNumber(0)))
    .addOption(new Option("--messages <n>", "lines that each of them sends").argParser(wholeNumber(0)))
    .addOption(new Option("--strangers <n>", "further clients, with a wrong token").argParser(wholeNumber(0)))
    .addOption(new Option("--segments <n>", "segments that each line arrives in").argParser(wholeNumber(1)))
    .addOption(
      new Option("--token-segments <n>", "segments that the token arrives in").argParser(wholeNumber(1)),
    )
    .addOption(
      new Option("--stored <n>", "lines in the log before anything starts").argParser(wholeNumber(0)),
    )
    .option("--pipelined", "token and first line arrive in one segment")
    .addOption(
      new Option(
        "--faults <list>",
        `how often each fault may happen, as crash=1,short-write=1 (${faultNames.join(", ")})`,
      ).argParser(parseFaults),
    );

export const addProperties = (
  command: Command,
  known: readonly Property[] = properties,
  says = "only these, as P2,P6",
): Command =>
  command.addOption(
    new Option("--properties <list>", says).argParser(parseProperties(known)).default(properties, "all"),
  );

export const addOutputs = (command: Command): Command =>
  command
    .option("--schedule-out <dir>", "write one schedule a broken property, DIR/P2.schedule and so on")
    .option("--json [file]", "the report for machines, to standard output or (--json=FILE) to a file");

export const addSaving = (command: Command): Command =>
  command.option(
    "--save [dir]",
    "keep the schedules for the tests, as DIR/PROTOCOL/P2.schedule with the verdicts expected (default: test/corpus)",
  );

export const addSeed = (command: Command): Command =>
  command.option("--seed <seed>", "the one source of randomness", "1");

export const positive = wholeNumber(1);

/** What there is in an endless environment, where nothing else is said. */
const endlessBounds = { clients: 1, messages: 0, visitors: 2 } as const;

/** The bounds that a command was called with, over those that the protocol states. */
export const boundsFrom = (options: SharedOptions, protocol: Protocol): Bounds => {
  const { endless = false } = options;
  const bounds = endless ? { ...protocol.bounds, ...endlessBounds, faults: {} } : protocol.bounds;
  const visitors = options.visitors ?? endlessBounds.visitors;
  return { ...statedBounds(options, bounds), ...(endless ? { visitors, endless } : {}) };
};

const statedBounds = (options: SharedOptions, bounds: Bounds): Bounds => ({
  clients: options.clients ?? bounds.clients,
  messages: options.messages ?? bounds.messages,
  strangers: options.strangers ?? bounds.strangers,
  segments: options.segments ?? bounds.segments,
  tokenSegments: options.tokenSegments ?? bounds.tokenSegments,
  stored: options.stored ?? bounds.stored,
  pipelined: options.pipelined ?? bounds.pipelined,
  faults: options.faults ?? bounds.faults,
});

/** Where schedules are kept for the tests. */
export const placeOf = (save: string | true): string => (save === true ? "test/corpus" : save);

/** Finds out before the work begins whether its report and its schedules have a place. Throws a UsageError if not. */
export const prepareOutputs = ({
  json,
  scheduleOut,
  save,
}: {
  readonly json?: string | undefined;
  readonly scheduleOut?: string | undefined;
  readonly save?: string | true | undefined;
}): void => {
  if (save !== undefined)
    attempt(
      () => makeDirectory(placeOf(save)),
      `${placeOf(save)} cannot be made`,
      "Give --save another place.",
    );
  if (json !== undefined && json !== "-")
    attempt(() => closeSync(openSync(json, "a")), `${json} cannot be written`, "Give --json= another file.");
  if (scheduleOut !== undefined && existsSync(scheduleOut) && !isDirectory(scheduleOut))
    throw new UsageError(`${scheduleOut} is no directory. Give --schedule-out another place.`);
  if (scheduleOut !== undefined)
    attempt(
      () => makeDirectory(scheduleOut),
      `${scheduleOut} cannot be made`,
      "Give --schedule-out another place.",
    );
};

const attempt = (action: () => void, problem: string, remedy: string): void => {
  try {
    action();
  } catch (error) {
    throw new UsageError(`${problem}: ${(error as Error).message}. ${remedy}`);
  }
};
