/**
 * A chat between other programs: lines of standard input are sent, lines of the chat go to standard output, and all that is
 * said about it to standard error.
 */
import { splitLines } from "../../model/index.ts";
import { Chat, type Over, type Standing, type Told } from "../../real/client/index.ts";
import type { Party } from "./party.ts";
import { standingText, toldTexts } from "./words.ts";

export interface PipeOptions {
  /** Send what standard input has, wait until it has come back, and leave. Nothing of the chat is shown. */
  readonly once: boolean;
  /** How long `once` waits for its lines, in seconds. */
  readonly wait: number;
}

/** Own lines on their way beyond which no more are read. */
const mostUnderWay = 1_000;

const say = (text: string): void => void process.stderr.write(`${text}\n`);

export interface PipeEnd extends Over {
  /** The signal that ended it. */
  readonly signal: NodeJS.Signals | null;
}

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

export const chatInPipe = async (party: Party, { once, wait }: PipeOptions): Promise<PipeEnd> => {
  let refused = 0;
  let signal: NodeJS.Signals | null = null;
  let wasAway = false;

  const hear = (told: readonly Told[]): boolean => {
    for (const text of toldTexts(told.filter(({ type }) => type !== "line"))) say(text);
    const lines = toldTexts(told.filter(({ type }) => type === "line")).map((text) => `${text}\n`);
    if (chat.underWay.length < mostUnderWay) process.stdin.resume();
    return once || lines.length === 0 || process.stdout.write(lines.join(""));
  };
  const note = (standing: Standing): void => {
    if (standing.type === "away") say(standingText(standing, party.server));
    if (standing.type === "live" && wasAway) say("* connected again");
    wasAway = standing.type === "away" || (wasAway && standing.type !== "live");
  };

  const chat = new Chat(party.address, party.token, { hear, note });
  process.stdout.on("drain", () => chat.resume());
  for (const one of signals)
    process.once(one, () => {
      signal = one;
      chat.leave();
    });

  let nth = 0;
  const send = (line: string): void => {
    nth++;
    const draft = party.lineOfBytes(line.replace(/\r?\n$/, ""));
    if (draft.problem === null) return chat.say(draft.line);
    refused++;
    say(`* line ${nth} of the input is not sent: ${draft.problem}`);
  };
  const leaveWhenSettled = (): void => {
    const deadline = performance.now() + wait * 1000;
    const look = setInterval(() => {
      if (chat.isSettled || performance.now() > deadline) chat.leave();
    }, 10);
    void chat.over.then(() => clearInterval(look));
  };
  let rest = "";
  process.stdin.setEncoding("latin1");
  process.stdin.on("data", (bytes: string) => {
    const split = splitLines(rest + bytes);
    rest = split.rest;
    for (const line of split.lines) send(line);
    if (chat.underWay.length < mostUnderWay) return;
    process.stdin.pause();
    setTimeout(() => process.stdin.resume(), wait * 1000).unref(); // some may never come back
  });
  process.stdin.on("end", () => {
    if (rest !== "") send(rest);
    if (once || process.stdin.isTTY) leaveWhenSettled();
  });

  chat.start();
  const over = await chat.over;
  process.stdin.destroy();
  return { ...over, lost: over.lost + refused, signal };
};
