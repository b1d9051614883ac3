#!/usr/bin/env node
/**
 * The front door: `papaya`. The only folder that joins model, simulation, real processes and properties.
 *
 * - `check` `simulate` `run` `steer` `replay` `matrix` `start` `list`   one command a file
 * - `campaign` `campaign-crew` `campaign-thread` `campaign-report`   many runs of `simulate`, on threads
 * - `chat` `chat/`     a client of the server, in a terminal or a pipe
 * - `serve` `token` `ps`   the server that people run
 * - `serve-settings` `serve-log` `serving`   what it is told, what it says, where it is loaded
 * - `torture`          the server under trouble, judged from outside
 * - `liveness` `lasso` `replay-lasso`   what check and replay do with runs that never end
 * - `options` `exit`   flags that several share; how a command ends
 * - `drive` `searching`   progress, Ctrl-C, limits
 * - `directory`        where what is written goes
 * - `corpus`           schedules that are kept for the tests
 * - `steering`         schedules on real processes
 * - `scheduler` `breaks`   who goes next in a simulation; schedules of what it breaks
 * - `output` `report` `check-report`   where reports go; how verdicts and counterexamples read
 */
import { Command, CommanderError } from "commander";
import { MachineThrew, MissingEdge, MissingValue } from "../model/index.ts";
import { UnusableProtocol } from "../real/protocol.ts";
import { ProtocolError } from "../sim/index.ts";
import { addChat } from "./chat.ts";
import { addCheck } from "./check.ts";
import { allowClosedTerminal, exitCodes, UsageError } from "./exit.ts";
import { addList } from "./list.ts";
import { addMatrix } from "./matrix.ts";
import { allowClosedPipe } from "./output.ts";
import { addPs } from "./ps.ts";
import { addReplay } from "./replay.ts";
import { addRun } from "./run.ts";
import { addServe } from "./serve.ts";
import { addSimulate } from "./simulate.ts";
import { addStart } from "./start.ts";
import { addSteer } from "./steer.ts";
import { addToken } from "./token.ts";
import { addTorture } from "./torture.ts";

const program = new Command("papaya")
  .description("Proves, or breaks, that a chat server made of Unix processes loses and tears no message.")
  .version("0.1.0")
  .showHelpAfterError("(papaya COMMAND --help shows examples)")
  .exitOverride();

for (const add of [
  ...[addStart, addCheck, addSimulate, addRun, addSteer, addReplay, addMatrix, addList],
  ...[addServe, addToken, addPs, addChat, addTorture],
])
  add(program);
for (const command of program.commands) command.copyInheritedSettings(program);

/** `--json` alone means standard output; it must not swallow the argument behind it. */
const argv = process.argv.map((argument) => (argument === "--json" ? "--json=-" : argument));

/** Mistakes of whoever called, or of the protocol that was given; not of this program. */
const isMisuse = (error: unknown): error is Error =>
  error instanceof UsageError ||
  error instanceof UnusableProtocol ||
  error instanceof MissingEdge ||
  error instanceof MachineThrew ||
  error instanceof MissingValue ||
  error instanceof ProtocolError ||
  error instanceof RangeError;

allowClosedPipe();
allowClosedTerminal();
try {
  await program.parseAsync(argv);
} catch (error) {
  if (error instanceof CommanderError)
    process.exitCode = error.exitCode === 0 ? exitCodes.holds : exitCodes.misuse;
  else if (isMisuse(error)) {
    process.stderr.write(`papaya: ${error.message}\n`);
    process.exitCode = exitCodes.misuse;
  } else if (process.argv.slice(2).some((argument) => /\.[cm]?[jt]s$/.test(argument))) {
    // Guards and actions of somebody's own file run inside ours.
    process.stderr.write(`papaya: a protocol file threw: ${(error as Error).message}\n`);
    process.exitCode = exitCodes.misuse;
  } else {
    process.stderr.write(`papaya has a defect, please report it: ${(error as Error).stack}\n`);
    process.exitCode = exitCodes.defect;
  }
}
