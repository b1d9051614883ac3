/** How a chat reads: lines of others with a colour for each name, words of the server, own lines that are in doubt. */
import { match } from "ts-pattern";
import type { Bytes } from "../../model/index.ts";
import {
  type Over,
  readable,
  type Standing,
  shadeOf,
  speakerOf,
  type Told,
} from "../../real/client/index.ts";
import { colors } from "../output.ts";
import { fitRow } from "./footer.ts";

const shades = [
  ...[colors.green, colors.yellow, colors.blue, colors.magenta, colors.cyan],
  ...[colors.redBright, colors.greenBright, colors.blueBright, colors.magentaBright, colors.cyanBright],
];

const lineText = (text: string): string => {
  const speaker = speakerOf(text);
  if (speaker === null) return text;
  const shade = shades[shadeOf(speaker.name, shades.length)] ?? colors.reset;
  return `${shade(speaker.name)}: ${speaker.says}`;
};

/** Own lines in words about them: as much as it takes to know them again. */
const brief = (line: Bytes): string => fitRow(readable(line), 72).text;

/** Own lines of one fate that are named at once. */
const mostNamed = 10;

/** What there is to tell, as rows of text. Where many own lines share a fate, the rest of them is counted. */
export const toldTexts = (told: readonly Told[]): string[] => {
  const times = new Map<Told["type"], number>();
  const named = told.filter(({ type }) => {
    times.set(type, (times.get(type) ?? 0) + 1);
    return type === "line" || type === "notice" || (times.get(type) ?? 0) <= mostNamed;
  });
  const rest = (["refused", "doubtful", "unsent"] as const).flatMap((type) => {
    const more = (times.get(type) ?? 0) - mostNamed;
    return more > 0 ? [colors.red(`* ${fates[type]}: ${more} more`)] : [];
  });
  return [...named.map(toldText), ...rest];
};

const fates = { refused: "not stored", doubtful: "unconfirmed", unsent: "not sent" } as const;

/** One row. What is no line of the chat begins with `*`, as no line of the chat does. */
const toldText = (told: Told): string =>
  match(told)
    .with({ type: "line" }, ({ line }) => lineText(readable(line)))
    .with({ type: "notice" }, ({ line }) => colors.yellow(readable(line)))
    .with({ type: "gap" }, () => colors.yellow("* lines may be missing here: the history begins behind them"))
    .with({ type: "refused" }, { type: "doubtful" }, { type: "unsent" }, ({ type, line }) =>
      colors.red(`* ${fates[type]}: ${brief(line)}`),
    )
    .exhaustive();

/** How the connection stands; empty where there is nothing to say of it. */
export const standingText = (standing: Standing, server: string): string =>
  match(standing)
    .with({ type: "connecting" }, () => `* connecting to ${server}`)
    .with({ type: "catching-up" }, { type: "live" }, () => "")
    .with(
      { type: "away" },
      ({ problem, seconds }) => `* not connected: ${problem}; again in ${Math.ceil(seconds)} s`,
    )
    .exhaustive();

/** Why it ended, for whoever did not want it to; empty where somebody did. */
export const endText = ({ ending, problem }: Over, server: string, tokenFile: string): string =>
  match(ending)
    .with("left", () => "")
    .with("unreachable", () => `${server}: ${problem}. Is the server running, and is that its address?`)
    .with(
      "turned-away",
      () =>
        `${server} closed the connection without a word, as a server does where the token is wrong: ` +
        `is ${tokenFile} the token of this server?`,
    )
    .with("no-chat", () => `${server} is no chat server: what it sends are no lines`)
    .exhaustive();
