/**
 * Labels: characters that stand for letters of the log of which nothing is kept but the place. A label is made where a letter
 * is appended, and goes wherever the letter would have gone; so what was read, delivered and received can still be held
 * against the log. What is forgotten is in which order the lines of several senders came: the log is known to be some
 * interleaving of what each of them has sent so far, and no more.
 */
import { type Bytes, type Setting, splitLines } from "../../model/index.ts";
import type { Value } from "../kernel/index.ts";

/** Unicode's private use area: no byte of a setting or of a process is a character of it. */
const firstCode = 0xe000;
const lastCode = 0xf8ff;
const labels = /[\ue000-\uf8ff]/g;
/** Splits a text at its labels, and keeps them. */
const eachLabel = /([\ue000-\uf8ff])/;

/** What a label stands for. */
export type LetterOf = (label: string) => string;

/** What is known of a log with labels. */
export interface Said {
  /** How many lines of each sender have come into it. */
  readonly lines: Readonly<Record<string, number>>;
  /** The line that is being written, in letters. */
  readonly partial: Bytes;
}

/** A log with labels. */
export interface Forgotten {
  readonly content: Bytes;
  readonly said: Said;
}

/** What each client, or whoever has a socket from the start, has to say, line by line. */
const sequencesOf = ({ clients, protocol }: Setting): ReadonlyMap<string, readonly Bytes[]> =>
  new Map([
    ...clients.map(({ name, lines }) => [name as string, lines] as const),
    ...protocol.start.flatMap(({ role, index, holds = {} }) =>
      Object.values(holds).flatMap((held) =>
        "socket" in held ? [[`${role}[${index ?? ""}]`, splitLines(held.socket).lines] as const] : [],
      ),
    ),
  ]);

/** The lines that may stand somewhere: of each sender, so many from the start, or all. */
interface Place {
  readonly start: number;
  readonly limits: Said["lines"] | null;
}

export class Labels {
  private readonly sequences: readonly (readonly [sender: string, lines: readonly Bytes[]])[];
  /** Longest line. */
  private readonly width: number;
  /**
   * Whether a line is labelled only when it is whole. Its writer may be cut off, and what it has left may be taken away again;
   * a label, which others may have by then, could not be.
   */
  private readonly isLate: boolean;
  private readonly isEndless: boolean;

  constructor(setting: Setting) {
    this.isEndless = setting.bounds.endless === true;
    this.sequences = [...sequencesOf(setting)].filter(([, lines]) => lines.length > 0);
    this.isLate = (["crash", "short-write"] as const).some((fault) => (setting.faults[fault] ?? 0) > 0);
    this.width = Math.max(0, ...this.sequences.flatMap(([, lines]) => lines.map(({ length }) => length)));
  }

  /**
   * Whether there are no lines of several senders whose order could be forgotten; lines of different length could be told apart.
   * In an endless environment the kernel itself looks at texts, for names that are free again.
   */
  get areIdle(): boolean {
    if (this.isEndless) return true;
    const lengths = new Set(this.sequences.flatMap(([, lines]) => lines.map(({ length }) => length)));
    return this.sequences.length < 2 || lengths.size > 1;
  }

  /** A log after it was written to. Null where it would be no interleaving of what its senders have to say. */
  after(before: Forgotten, content: Bytes): Forgotten | null {
    if (content.startsWith(before.content)) return this.extend(before, content.slice(before.content.length));
    const { lines, partial } = before.said;
    const whole = before.content.length - partial.length;
    const isCut = this.isLate && content.length >= whole && before.content.startsWith(content);
    return isCut ? { content, said: { lines, partial: content.slice(whole) } } : null;
  }

  /** Puts labels in the place of what was appended. Null where that is neither the next line of any sender nor the beginning of one. */
  private extend({ content, said }: Forgotten, appended: Bytes): Forgotten | null {
    let [labelled, { lines: counts, partial }] = [content, said];
    for (const letter of appended) {
      const sender = this.sequences.find(([name, lines]) =>
        lines[counts[name] ?? 0]?.startsWith(partial + letter),
      );
      if (sender === undefined) return null;
      const [name] = sender;
      const isEnd = letter === "\n";
      const start = labelled.length - partial.length;
      if (isEnd && this.isLate) labelled = labelled.slice(0, start) + this.labelsFor(partial, start);
      labelled += isEnd || this.isLate ? letter : this.labelFor(letter, start, partial.length);
      if (isEnd) counts = { ...counts, [name]: (counts[name] ?? 0) + 1 };
      partial = isEnd ? "" : partial + letter;
    }
    return { content: labelled, said: { lines: counts, partial } };
  }

  private labelsFor(line: Bytes, start: number): string {
    return [...line].map((letter, column) => this.labelFor(letter, start, column)).join("");
  }

  /** The label of a place; the letter itself where the log is so long that there are no more labels. */
  private labelFor(letter: string, start: number, column: number): string {
    const code = firstCode + (start + column) * this.width + column;
    return code > lastCode ? letter : String.fromCharCode(code);
  }

  /**
   * Every way to put lines where the labels are, as letters of the labels; with `log`, of no more than what has been said there.
   * Lines of one sender stand in the order in which it sent them.
   */
  *assignments(among: ReadonlySet<string>, log?: Forgotten): Generator<LetterOf> {
    const { width } = this;
    const columnsAt = new Map<number, [label: string, column: number][]>();
    for (const label of [...among].sort()) {
      const code = label.charCodeAt(0) - firstCode;
      const column = code % width;
      const start = Math.floor(code / width) - column;
      const columns = columnsAt.get(start) ?? [];
      columns.push([label, column]);
      columnsAt.set(start, columns);
    }
    const places = [...columnsAt.keys()]
      .sort((a, b) => a - b)
      .map((start): Place => {
        const isWhole = log !== undefined && log.content.indexOf("\n", start) >= 0;
        return { start, limits: isWhole ? log.said.lines : null };
      });
    const letters = new Map<string, string>();
    const letterOf: LetterOf = (label) => letters.get(label) ?? label;
    for (const lines of this.interleavings(places, new Map())) {
      for (const [nth, { start }] of places.entries())
        for (const [label, column] of columnsAt.get(start) ?? [])
          letters.set(label, lines[nth]?.[column] ?? "\n");
      yield letterOf;
    }
  }

  /** Which line can stand at each place; `next` is the first line of each sender that can still come. */
  private *interleavings(
    places: readonly Place[],
    next: ReadonlyMap<string, number>,
  ): Generator<readonly Bytes[]> {
    const [place, ...others] = places;
    if (place === undefined) return yield [];
    const tried = new Set<string>();
    for (const [name, lines] of this.sequences) {
      const end = place.limits === null ? lines.length : (place.limits[name] ?? 0);
      for (let at = next.get(name) ?? 0; at < end; at++) {
        const line = lines[at]!;
        // Of equal lines of one sender the first is as good as any.
        if (tried.has(`${name} ${line}`)) continue;
        tried.add(`${name} ${line}`);
        for (const rest of this.interleavings(others, new Map(next).set(name, at + 1))) yield [line, ...rest];
      }
    }
  }
}

/** The labels in a value, its names of fields left aside. */
export const labelsIn = (value: Value | undefined, into: Set<string>): Set<string> => {
  if (typeof value === "string") for (const label of value.match(labels) ?? []) into.add(label);
  else if (typeof value === "object" && value !== null)
    for (const inner of Object.values(value)) labelsIn(inner as Value, into);
  return into;
};

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
