/** Where reports go. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import picocolors from "picocolors";
import { getBorderCharacters, table } from "table";
import { printSchedule, type Schedule } from "../model/index.ts";
import { exitCodes } from "./exit.ts";

/** Colour is for terminals, unless FORCE_COLOR asks for it; NO_COLOR has the last word. */
export const colors = picocolors.createColors(
  !process.env.NO_COLOR && (process.stdout.isTTY === true || Boolean(process.env.FORCE_COLOR)),
);

export const say = (text = ""): void => {
  process.stdout.write(`${text}\n`);
};

/**
 * Whoever reads the report may stop reading (`papaya check | head`); that is no error. Where the report cannot be written, that is said;
 * where not even that can be, nobody is told.
 */
export const allowClosedPipe = (): void => {
  process.stderr.on("error", () => undefined);
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(141); // as SIGPIPE would end it: no verdict
    process.stderr.write(
      `papaya: standard output cannot be written: ${error.message}. Make room, or let it lead elsewhere.\n`,
    );
    process.exit(exitCodes.misuse);
  });
};

/** Rows in columns, without lines. */
export const columns = (rows: readonly (readonly string[])[]): string =>
  rows.length === 0
    ? ""
    : table(
        rows.map((row) => [...row]),
        {
          border: getBorderCharacters("void"),
          columnDefault: { paddingLeft: 0, paddingRight: 2 },
          drawHorizontalLine: () => false,
        },
      )
        .split("\n")
        .map((line) => line.trimEnd())
        .join("\n")
        .trimEnd();

export const count = (value: number): string => value.toLocaleString("en-US");

/** Writes the report for machines: to standard output for `-`, otherwise to a file that has been prepared. */
export const sayJson = (to: string, report: unknown): void => {
  const text = `${JSON.stringify(report, null, 2)}\n`;
  if (to === "-") {
    process.stdout.write(text);
    return;
  }
  writeFileSync(to, text);
};

/** Writes a schedule into a directory, named after its property; returns the path. */
export const writeSchedule = (directory: string, property: string, schedule: Schedule): string => {
  const path = join(directory, `${property}.schedule`);
  writeFileSync(path, printSchedule(schedule));
  return path;
};
