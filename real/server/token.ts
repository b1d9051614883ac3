/** Tokens: made, read from a file that nobody else can read, and compared without telling how much of one was right. */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { closeSync, constants, fstatSync, openSync, readSync, unlinkSync, writeSync } from "node:fs";
import { ProcessTrouble } from "../trouble.ts";
import { tokenLength } from "./settings.ts";

/** Who else may do what with a file, as find(1) asks. */
const forOthers = 0o077;

const reasonOf = (error: unknown, reasons: Readonly<Record<string, string>>): string =>
  reasons[(error as NodeJS.ErrnoException).code ?? ""] ?? (error as Error).message;

const whyNotWritten = {
  ENOENT: "there is no such directory",
  EACCES: "you may not write there",
  EEXIST: "it is there already",
};
const whyNotRead = { ENOENT: "there is no such file", EACCES: "the server's user may not read it" };

/** Writes a new token to a file of mode 0600. Throws ProcessTrouble where the file is there already, or cannot be made. */
export const makeToken = (path: string): void => {
  try {
    const token = `${randomBytes(tokenLength / 2).toString("hex")}\n`;
    const file = openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
    try {
      writeSync(file, token);
    } catch (error) {
      unlinkSync(path); // the disk is full: half a token is none
      throw error;
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw new ProcessTrouble(
      `${path}: no token can be written: ${reasonOf(error, whyNotWritten)}. Name a file that does not exist, in a directory of yours.`,
    );
  }
};

export const digestOf = (token: Buffer): Buffer => createHash("sha256").update(token).digest();

/**
 * The digest of the token in a file, in hex. Throws ProcessTrouble, which names the file and what to do, where somebody else
 * could have read the token, or where there is none. The file may belong to the user that the server runs as, or to root.
 */
export const readDigest = (path: string, user = process.geteuid?.()): string => {
  const refuse = (problem: string, remedy: string) => new ProcessTrouble(`${path}: ${problem}. ${remedy}`);
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK); // a FIFO would make us wait
  } catch (error) {
    const isThere = (error as NodeJS.ErrnoException).code !== "ENOENT";
    throw refuse(
      `the token cannot be read: ${reasonOf(error, whyNotRead)}`,
      isThere ? "Whoever runs the server, or root, has to own it." : "“papaya token FILE” makes one.",
    );
  }
  const text = Buffer.alloc(tokenLength + 2);
  try {
    const status = fstatSync(file);
    if (!status.isFile()) throw refuse("a token file has to be a file", "“papaya token FILE” makes one.");
    if ((status.mode & forOthers) !== 0)
      throw refuse(
        `others can read or write it (mode ${(status.mode & 0o777).toString(8).padStart(4, "0")})`,
        `Say “chmod 600 ${path}”, and make a new token if somebody may have seen it.`,
      );
    if (![0, user].includes(status.uid))
      throw refuse("it belongs to another user", "Whoever runs the server, or root, has to own it.");
    const size = readSync(file, text);
    const token = text.subarray(0, size).toString("latin1").replace(/\n$/, "");
    if (!/^[0-9a-f]+$/i.test(token) || token.length !== tokenLength)
      throw refuse(
        `a token is ${tokenLength} hexadecimal digits on one line`,
        "“papaya token FILE” makes one.",
      );
    return digestOf(Buffer.from(token, "latin1")).toString("hex");
  } finally {
    text.fill(0);
    closeSync(file);
  }
};

/**
 * Which of these digests is that of the token; -1 for none. All of them are compared, each in constant time, so that how long it
 * takes says nothing.
 */
export const whichOpens = (token: Buffer, digests: readonly Buffer[]): number => {
  const shown = digestOf(token);
  return digests.reduce((found, digest, at) => (timingSafeEqual(shown, digest) ? at : found), -1);
};
