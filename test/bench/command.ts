/** The command line of a benchmark: how it ends, whatever was typed. */
import { type Command, CommanderError } from "commander";
import { type ExitCode, exitCodes, UsageError } from "../../cli/exit.ts";
import { allowClosedPipe } from "../../cli/output.ts";

/** Runs what was asked for; what cannot be done is said in its name, without a stack trace. */
export const runCommand = async <Options>(
  program: Command,
  bench: (options: Options) => Promise<ExitCode>,
): Promise<void> => {
  allowClosedPipe();
  try {
    await program.allowExcessArguments(false).exitOverride().parseAsync();
    process.exitCode = await bench(program.opts() as Options);
  } catch (error) {
    if (error instanceof CommanderError)
      process.exitCode = error.exitCode === 0 ? exitCodes.holds : exitCodes.misuse;
    else if (error instanceof UsageError) {
      process.stderr.write(`${program.name().replace(/ --$/, "")}: ${error.message}\n`);
      process.exitCode = exitCodes.misuse;
    } else throw error;
  }
};
