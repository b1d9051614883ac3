/** `papaya token`: makes the secret that opens a chat. */
import type { Command } from "commander";
import { say } from "./output.ts";
import { serverHere, withRemedy } from "./serving.ts";

const token = async (file: string): Promise<void> => {
  const { makeToken } = await serverHere();
  await withRemedy(() => makeToken(file));
  say(`${file}: a new token, for you alone to read (mode 0600). Clients need a copy of it.`);
};

export const addToken = (program: Command): void => {
  program
    .command("token")
    .description("write a new token to a file that only you can read; it is not shown")
    .argument("<file>", "a file that does not exist yet")
    .addHelpText(
      "after",
      `
A token is 128 hexadecimal digits of chance. Whoever has it takes part in the chat and reads all of it.

Examples:
  papaya token chat.token
  scp -p chat.token friend@host:             give it away over something that is encrypted`,
    )
    .action(token);
};
