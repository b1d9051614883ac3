/**
 * `npm run bench`: our searches beside Spin's on the Promela text of the same protocol, as ratios taken in one run.
 *
 * - `rows` `subject`   what is measured, as data; what our side makes of it
 * - `command` `bench` `complaints`   the command line; the command: measures, and says what came out
 * - `measuring` `measurement`   the order of things; figures and their ratios
 * - `ours` `worker` `profile`   a search of ours, in a process of its own; watched at work
 * - `spin` `pan-output`   a search of Spin's: compiled, run, read
 * - `running` `place`  limits and Ctrl-C; where the repository is
 * - `results` `tables` `page` `plot`   what comes out: for a file, a terminal, docs/performance.md
 */
import { totalmem } from "node:os";
import { Command, Option } from "commander";
import { positive } from "../../cli/options.ts";
import { bench } from "./bench.ts";
import { runCommand } from "./command.ts";

/** What a search may take, unless told otherwise: as in the figures to reach, and never the whole machine. */
const defaultMemory = Math.max(1, Math.min(16, Math.floor((0.6 * totalmem()) / 1024 ** 3)));

const examples = `
Examples:
  npm run bench -- --quick
  npm run bench -- --only 'full miniature 3x1' --rounds 5
  npm run bench -- --only reduced --minutes 2 --json out.json
  npm run bench -- --profile
  npm run bench -- --write

Times are those of the search: starting Node, loading and warming up on our side, spin -a and gcc on Spin's are left out.
Ctrl-C prints what has been measured.`;

const program = new Command("npm run bench --")
  .description(
    "Our searches beside Spin's on the same protocol, by turns. Without flags it takes about an hour.",
  )
  .option("--only <pattern>", "rows that this regular expression fits; --list names them")
  .option("--quick", "rows that end within seconds, one round each, no growth")
  .addOption(new Option("--minutes <n>", "of one search at most").argParser(positive).default(10))
  .addOption(
    new Option("--memory <n>", "GiB of one search at most").argParser(positive).default(defaultMemory),
  )
  .addOption(
    new Option("--rounds <n>", "of which the median counts, where a search takes less than 30 s")
      .argParser(positive)
      .default(3),
  )
  .option("--no-spin", "ours alone")
  .option("--profile", "instead: where the time of our side goes, and what it allocates")
  .option("--list", "name the rows, and measure nothing")
  .option("--json <file>", "the figures for machines; - for standard output")
  .option("--write", "bring docs/performance.json, docs/performance.md and docs/growth.svg up to date")
  .option("--pages", "write them from docs/performance.json, and measure nothing")
  .addHelpText("after", examples);

await runCommand(program, bench);
