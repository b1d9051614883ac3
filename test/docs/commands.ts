/** The command line as it is, but that nothing is done: whether it would take a command that a page shows. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command, CommanderError } from "commander";
import { protocols } from "../../model/protocols/index.ts";
import { root } from "./pages.ts";

type Add = (program: Command) => void;

/** What cli/main.ts adds; that file itself would run a command. */
const commands: readonly Add[] = await Promise.all(
  [
    ...readFileSync(join(root, "cli/main.ts"), "utf8").matchAll(
      /import \{ (add\w+) \} from "\.\/(\w+)\.ts"/g,
    ),
  ].map(async ([, name = "", file = ""]) => {
    const module = (await import(`../../cli/${file}.ts`)) as Readonly<Record<string, Add>>;
    const add = module[name];
    if (add === undefined) throw new Error(`cli/${file}.ts has no ${name}`);
    return add;
  }),
);

const idleProgram = (): Command => {
  const silent = () => undefined;
  const program = new Command("papaya")
    .version("0")
    .exitOverride()
    .configureOutput({ writeOut: silent, writeErr: silent });
  for (const add of commands) add(program);
  for (const command of program.commands) command.copyInheritedSettings(program).action(silent);
  return program;
};

/** Protocols that a command names and that are neither shipped nor files. */
const unknownProtocols = (program: Command, name: string): string[] => {
  const command = program.commands.find((other) => other.name() === name);
  const takesProtocols = command?.registeredArguments.some((argument) =>
    /^protocols?$/.test(argument.name()),
  );
  const named = takesProtocols ? (command?.args ?? []) : [];
  return named.filter((id) => !/[./\\]/.test(id) && !protocols.some((protocol) => protocol.id === id));
};

/** Why the command line would refuse a command; null where it takes it. */
export const refusal = (line: string): string | null => {
  const [, ...words] = line.split(/\s+/);
  const program = idleProgram();
  try {
    program.parse(
      words.map((word) => (word === "--json" ? "--json=-" : word)),
      { from: "user" },
    );
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? null : error.message;
    throw error;
  }
  const unknown = unknownProtocols(program, words[0] ?? "");
  return unknown.length === 0 ? null : `there is no protocol ${unknown.join(", ")}`;
};
