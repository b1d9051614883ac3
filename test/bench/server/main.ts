/**
 * `npm run bench:server`: what our server costs, beside one plain Node process that speaks the same wire protocol.
 *
 * - `bench`   the command: both servers at every size, by turns; what came out
 * - `measuring` `figures` `usage`   three fresh servers a measurement; what is taken of them; what the kernel counts
 * - `subject` `papaya` `plain` `plain-program`   the servers
 * - `load` `load-program` `client` `order`   all clients, in a process of their own
 * - `tables` `page`   what comes out: for a terminal, for docs/cost.md
 */
import { Command, InvalidArgumentError, Option } from "commander";
import { positive } from "../../../cli/options.ts";
import { runCommand } from "../command.ts";
import { allSizes, bench } from "./bench.ts";

/** Each client of the load is known by one printable character. */
const mostClients = 64;

const parseClients = (text: string): number[] =>
  text.split(",").map((part) => {
    const clients = positive(part);
    if (clients > mostClients) throw new InvalidArgumentError(`At most ${mostClients} clients.`);
    return clients;
  });

const examples = `
Examples:
  npm run bench:server -- --quick
  npm run bench:server -- --clients 64 --rounds 5
  npm run bench:server -- --json out.json
  npm run bench:server -- --write

Every measurement has a fresh server, on 127.0.0.1. Ctrl-C prints what has been measured.`;

const program = new Command("npm run bench:server --")
  .description("Our server beside a plain one, by turns. Without flags it takes about six minutes.")
  .option("--quick", "1 and 8 clients, one round: half a minute")
  .addOption(
    new Option("--clients <list>", "how many at once")
      .argParser(parseClients)
      .default(allSizes, allSizes.join()),
  )
  .addOption(new Option("--rounds <n>", "of which the median counts").argParser(positive).default(3))
  .option("--json <file>", "the figures for machines; - for standard output")
  .option("--write", "bring docs/cost.json and docs/cost.md up to date")
  .addHelpText("after", examples);

await runCommand(program, bench);
