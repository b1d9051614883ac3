/**
 * Labels: characters that stand for letters of the log of which nothing is kept but the place. A label is made where a letter
 * is appended, and goes wherever the letter would have gone; so what was read, delivered and received can still be held
 * against the log, and it is forgotten only which line it was that came to stand where.
 */
import { type Bytes, type Setting, splitLines } from "../../model/index.ts";
import type { Value } from "../kernel/index.ts";

/** Unicode's private use area: no byte of a setting or of a process is a character of it. */
const firstCode = 0xe000;
const lastCode = 0xf8ff;
const labels = /[\ue000-\uf8ff]/g;
/** Splits a text at its labels, and keeps them. */
const eachLabel = /([\ue000-\uf8ff])/;

/** Every line that a client sends, or that waits in a socket from the start. */
const linesOf = ({ clients, protocol }: Setting): readonly Bytes[] => [
  ...clients.flatMap(({ lines }) => lines),
  ...protocol.start.flatMap(({ holds = {} }) =>
    Object.values(holds).flatMap((held) => ("socket" in held ? splitLines(held.socket).lines : [])),
  ),
];

export class Labels {
  /** For each column of a line, all letters that stand there in some line. */
  private readonly letters: readonly (readonly string[])[];

  constructor(setting: Setting) {
    const lines = linesOf(setting);
    const width = Math.max(0, ...lines.map(({ length }) => length));
    this.letters = Array.from({ length: width }, (_, column) => [
      ...new Set(lines.map((line) => line[column] ?? "\n").filter((letter) => letter !== "\n")),
    ]);
  }

  /** Whether all lines say the same, so that there is nothing to forget. */
  get areIdle(): boolean {
    return this.letters.every(({ length }) => length < 2);
  }

  /** Puts labels in the place of a log's letters, from the given place on. */
  forget(log: Bytes, from: number): Bytes {
    const { letters } = this;
    let forgotten = log.slice(0, from);
    let column = from - (forgotten.lastIndexOf("\n") + 1);
    for (let at = from; at < log.length; at++) {
      const letter = log[at] as string;
      const code = firstCode + at * letters.length + column;
      const instead = letters[column] ?? [];
      const isForgotten = instead.length > 1 && instead.includes(letter) && code <= lastCode;
      forgotten += isForgotten ? String.fromCharCode(code) : letter;
      column = letter === "\n" ? 0 : column + 1;
    }
    return forgotten;
  }

  /** One of the letters that a label may stand for. */
  firstOf(label: string): string {
    return this.lettersOf(label)[0] ?? label;
  }

  /** All of them. */
  lettersOf(label: string): readonly string[] {
    return this.letters[(label.charCodeAt(0) - firstCode) % this.letters.length] ?? [];
  }
}

/** The labels in a value, its names of fields left aside. */
export const labelsIn = (value: Value | undefined, into: Set<string>): Set<string> => {
  if (typeof value === "string") for (const label of value.match(labels) ?? []) into.add(label);
  else if (typeof value === "object" && value !== null)
    for (const inner of Object.values(value)) labelsIn(inner as Value, into);
  return into;
};

/** What a label stands for. */
export type LetterOf = (label: string) => string;

/** A value with letters in the place of its labels. */
export type Template<T> = (letterOf: LetterOf) => T;

/** Looks a value over once, to put in letters again and again; null where it has no labels. */
export const templateOf = <T extends Value>(value: T): Template<T> | null => {
  if (typeof value === "string") return textTemplateOf(value) as Template<T> | null;
  if (typeof value !== "object" || value === null) return null;
  const places = Object.entries(value).flatMap(([key, inner]) => {
    const template = templateOf(inner as Value);
    return template === null ? [] : [[key, template] as const];
  });
  if (places.length === 0) return null;
  return (letterOf) => {
    const copy = (Array.isArray(value) ? [...value] : { ...value }) as Record<string, Value>;
    for (const [key, template] of places) copy[key] = template(letterOf);
    return copy as T;
  };
};

const textTemplateOf = (text: string): Template<string> | null => {
  const parts = text.split(eachLabel);
  if (parts.length === 1) return null;
  return (letterOf) => {
    let filled = "";
    for (let at = 0; at < parts.length; at++) filled += at % 2 === 0 ? parts[at] : letterOf(parts[at]!);
    return filled;
  };
};
