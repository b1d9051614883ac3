/**
 * The last rows of the terminal: what is on its way, and the line that is being typed. They are taken away before anything
 * is printed above them, and drawn again below it. Only computation: screens are strings.
 */
import stringWidth from "string-width";

/** A row as it is to be seen: no wider than the terminal, without escape sequences but for colours. */
export interface Row {
  readonly text: string;
  /** Columns that it takes. */
  readonly width: number;
}

export interface Footer {
  /** The last one is the line that is being typed. */
  readonly rows: readonly Row[];
  /** The cursor's column in the last row, from 0. */
  readonly cursor: number;
}

const characters = new Intl.Segmenter();
const split = (text: string): string[] => [...characters.segment(text)].map(({ segment }) => segment);

const row = (text: string, style: (text: string) => string = (same) => same): Row => ({
  text: style(text),
  width: stringWidth(text),
});

/** As much of these characters, from the first one on, as fits. */
const asMuch = (pieces: readonly string[], width: number): string[] => {
  let used = 0;
  const end = pieces.findIndex((piece) => {
    used += stringWidth(piece);
    return used > width;
  });
  return end < 0 ? [...pieces] : pieces.slice(0, end);
};

/** A text on one row, cut off where it is too wide. */
export const fitRow = (text: string, columns: number, style?: (text: string) => string): Row => {
  const room = Math.max(0, columns - 1); // the last column stays free, or some terminals begin another row
  if (stringWidth(text) <= room) return row(text, style);
  return row(`${asMuch(split(text), room - 1).join("")}…`, style);
};

/**
 * A line that is being typed, on one row: as much of it around the cursor as fits. `cursor` counts UTF-16 units of `text`.
 */
export const inputRow = (
  prompt: string,
  text: string,
  cursor: number,
  columns: number,
): { readonly row: Row; readonly cursor: number } => {
  const head = stringWidth(prompt) + 8 < columns ? prompt : "";
  const room = Math.max(1, columns - 1 - stringWidth(head));
  const before = split(text.slice(0, cursor));
  const left = asMuch(before.toReversed(), Math.max(0, room - 2))
    .reverse()
    .join("");
  const right = asMuch(split(text.slice(cursor)), Math.max(0, room - stringWidth(left))).join("");
  return { row: row(`${head}${left}${right}`), cursor: stringWidth(head + left) };
};

const rowsTaken = ({ width }: Row, columns: number): number => Math.max(1, Math.ceil(width / columns));

/** Takes a footer away that has been drawn. A terminal that has become narrower shows each of its rows on several. */
export const erase = ({ rows, cursor }: Footer, columns: number): string => {
  const above = rows.slice(0, -1).reduce((sum, one) => sum + rowsTaken(one, columns), 0);
  const up = above + Math.floor(cursor / columns);
  return `${up > 0 ? `\x1b[${up}A` : ""}\r\x1b[J`;
};

/** Draws a footer where the cursor is, at the beginning of a row. */
export const draw = ({ rows, cursor }: Footer): string =>
  `${rows.map(({ text }) => text).join("\r\n")}\r${cursor > 0 ? `\x1b[${cursor}C` : ""}`;
