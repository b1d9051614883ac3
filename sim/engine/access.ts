/** Which columns steps read and write, and whether two steps can be told apart by their order. */

/** A set of columns. */
export class ColumnSet {
  private words = new Uint32Array(8);

  add(column: number): void {
    const word = column >>> 5;
    this.makeRoom(word + 1);
    this.words[word] = this.words[word]! | (1 << (column & 31));
  }

  addAll(columns: Iterable<number>): void {
    for (const column of columns) this.add(column);
  }

  addSet({ words }: ColumnSet): void {
    this.makeRoom(words.length);
    for (let at = 0; at < words.length; at++) this.words[at] = this.words[at]! | words[at]!;
  }

  meets({ words }: ColumnSet): boolean {
    const length = Math.min(words.length, this.words.length);
    for (let at = 0; at < length; at++) if ((words[at]! & this.words[at]!) !== 0) return true;
    return false;
  }

  columns(): number[] {
    return this.shared(this);
  }

  /** The columns that are in both. */
  shared({ words }: ColumnSet): number[] {
    const columns: number[] = [];
    for (let at = 0; at < Math.min(words.length, this.words.length); at++)
      for (let rest = words[at]! & this.words[at]!; rest !== 0; rest &= rest - 1)
        columns.push(at * 32 + 31 - Math.clz32(rest & -rest));
    return columns;
  }

  private makeRoom(words: number): void {
    if (words <= this.words.length) return;
    const larger = new Uint32Array(Math.max(words, this.words.length * 2));
    larger.set(this.words);
    this.words = larger;
  }
}

/** What is read and written by some steps. */
export interface Access {
  readonly reads: ColumnSet;
  readonly writes: ColumnSet;
}

export const noAccess = (): Access => ({ reads: new ColumnSet(), writes: new ColumnSet() });

export const include = (into: Access, { reads, writes }: Access): void => {
  into.reads.addSet(reads);
  into.writes.addSet(writes);
};

/** Whether the order of steps can matter. */
export const conflict = (a: Access, b: Access): boolean =>
  a.writes.meets(b.reads) || a.writes.meets(b.writes) || a.reads.meets(b.writes);

/** The columns on account of which it can. */
export const conflicts = (a: Access, b: Access): number[] => [
  ...new Set([...a.writes.shared(b.reads), ...a.writes.shared(b.writes), ...a.reads.shared(b.writes)]),
];
