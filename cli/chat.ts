/** `papaya chat`: a client for any server of the wire protocol, in a terminal or between other programs. */
import { userInfo } from "node:os";
import { type Command, InvalidArgumentError, Option } from "commander";
import { type Address, type Over, parseAddress, readToken, UnusableToken } from "../real/client/index.ts";
import { Party, problemOfName } from "./chat/party.ts";
import { chatInPipe } from "./chat/pipe.ts";
import { TerminalChat } from "./chat/terminal.ts";
import { endText } from "./chat/words.ts";
import { exitCodes, UsageError } from "./exit.ts";
import { positive } from "./options.ts";

interface ChatOptions {
  readonly tokenFile: string;
  readonly name?: string;
  readonly once?: boolean;
  readonly wait: number;
}

const address = (text: string): Address => {
  const found = parseAddress(text);
  if (found === null)
    throw new InvalidArgumentError("It takes HOST:PORT, as 127.0.0.1:7777, [::1]:7777 or chat.example:7777.");
  return found;
};

const name = (text: string): string => {
  const problem = problemOfName(text);
  if (problem !== null) throw new InvalidArgumentError(`That is no name: ${problem}.`);
  return text;
};

/** The name of whoever called. Not everybody has one. */
const ownName = (): string => {
  try {
    return name(userInfo().username);
  } catch {
    throw new UsageError("your user has no name that others could see: give one with --name");
  }
};

const tokenIn = (file: string): string => {
  try {
    return readToken(file);
  } catch (error) {
    throw error instanceof UnusableToken ? new UsageError(error.message) : error;
  }
};

const codeFor = ({ ending, lost }: Over): number => {
  if (ending === "turned-away") return exitCodes.misuse;
  return ending !== "left" || lost > 0 ? exitCodes.violated : exitCodes.holds;
};

const chat = async (server: Address, options: ChatOptions): Promise<void> => {
  const { tokenFile, once = false, wait } = options;
  const party = new Party(options.name ?? ownName(), server, tokenIn(tokenFile));
  const inTerminal = process.stdin.isTTY === true && process.stdout.isTTY === true && !once;
  const over = inTerminal
    ? { ...(await new TerminalChat(party).untilOver()), signal: null }
    : await chatInPipe(party, { once, wait });
  const why = endText(over, party.server, tokenFile);
  if (why !== "") process.stderr.write(`papaya: ${why}\n`);
  process.exitCode = over.signal === "SIGINT" ? exitCodes.interrupted : codeFor(over);
};

export const addChat = (program: Command): void => {
  program
    .command("chat")
    .description("take part in a chat")
    .argument("<host:port>", "where the server is", address)
    .requiredOption("--token-file <file>", "the file with the token that opens the session")
    .addOption(new Option("--name <name>", "what your lines begin with (your user name)").argParser(name))
    .option("--once", "send what standard input holds, wait until it has come back, and leave")
    .option("--wait <seconds>", "with --once: how long that may take", positive, 10)
    .addHelpText(
      "after",
      `
The history comes first, then every line as it is said. Lines of your own that have not come back yet stand dimmed above
the line that you type; where the connection is cut before they have, they are shown as unconfirmed and not sent again.
Ctrl-D leaves when they have come back, Ctrl-C at once. What begins with “* ” is said by the server, or by this command.

In a pipe, lines of standard input are sent, and lines of the chat go to standard output until somebody ends it.

Examples:
  papaya chat 127.0.0.1:7777 --token-file token --name ana
  papaya chat [::1]:7777 --token-file token >> chat.txt    follow it
  echo done | papaya chat 127.0.0.1:7777 --token-file token --name build --once

Exit code: 0 left, 1 the server cannot be reached, or lines of your own have not been seen to come back, 2 called wrongly, or
the token is wrong, 130 interrupted.`,
    )
    .action(chat);
};
