/**
 * A chat between other programs: lines of standard input are sent, lines of the chat go to standard output, and all that is
 * said about it to standard error.
 */
import { Chat, type Over, type Standing, type Told } from "../../real/client/index.ts";
import { Feed, longestLine } from "./feed.ts";
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
  let isOver = false;

  const hear = (told: readonly Told[]): boolean => {
    for (const text of toldTexts(told.filter(({ type }) => type !== "line"))) say(text);
    const lines = toldTexts(told.filter(({ type }) => type === "line")).map((text) => `${text}\n`);
    setImmediate(() => feed.pass()); // when it is known whether it goes on
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
    const problem = line.length > longestLine ? "it is longer than any line of a chat" : draft.problem;
    if (problem === null) return chat.say(draft.line);
    refused++;
    say(`* line ${nth} of the input is not sent: ${problem}`);
  };
  const leaveWhenSettled = (): void => {
    const deadline = performance.now() + wait * 1000;
    const look = setInterval(() => {
      if (chat.isSettled || performance.now() > deadline) chat.leave();
    }, 10);
    void chat.over.then(() => clearInterval(look));
  };
  /** Lines that are under way, and not waited for any more: some never come back. */
  let given = 0;
  const feed = new Feed(process.stdin, {
    patience: wait * 1000,
    room: (isUrgent) => {
      if (isOver) return 0;
      const underWay = chat.underWay.length;
      given = isUrgent ? underWay : Math.min(given, underWay);
      return mostUnderWay - (underWay - given);
    },
    take: send,
    end: () => {
      if (once || process.stdin.isTTY) leaveWhenSettled();
    },
  });

  chat.start();
  const over = await chat.over;
  isOver = true;
  process.stdin.destroy();
  if (feed.held > 0) say(`* not sent: the input from line ${nth + 1} on`);
  return { ...over, lost: over.lost + refused + feed.held, signal };
};
