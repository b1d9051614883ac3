/** The token file: one line of 128 hexadecimal digits, which nobody but its owner may read. */
import { readFileSync, statSync } from "node:fs";

const digits = 128;

/** A token file cannot be used: which one, why, and what to do about it. What stands in it is never told. */
export class UnusableToken extends Error {}

/** Reads a token. Throws an {@link UnusableToken}. */
export const readToken = (file: string): string => {
  const refuse = (problem: string, remedy: string) =>
    new UnusableToken(`the token file ${file} ${problem}: ${remedy}`);
  try {
    const status = statSync(file);
    const mode = status.mode & 0o777;
    // A pipe is as good, as a shell makes of <(…).
    if (!status.isFile() && !status.isFIFO()) throw refuse("is no file", "name the copy that you have");
    if ((mode & 0o077) !== 0)
      throw refuse(`can be read by others (mode ${mode.toString(8)})`, `chmod 600 ${file}`);
    const token = readFileSync(file, "latin1").trim();
    if (!/^[0-9a-f]*$/i.test(token)) throw refuse("holds no token", "a token is hexadecimal digits");
    if (token.length !== digits)
      throw refuse(`holds ${token.length} digits`, `a token has ${digits}; copy it whole from the server`);
    return token;
  } catch (error) {
    if (error instanceof UnusableToken) throw error;
    const { code = "it cannot be read" } = error as NodeJS.ErrnoException;
    throw code === "ENOENT"
      ? refuse("does not exist", "copy it from the server")
      : refuse(`cannot be read (${code})`, "it has to be a file that you may read");
  }
};
