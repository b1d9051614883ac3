/** What a sweep has learnt, as plain integers that worker threads read, and the memory that they write to. */
import type { Layout } from "./layout.ts";

/** What is to be known of alike clients; see `likes.ts`. */
export interface LikeTables {
  /** How many permutations there are, the identity included, which is the first one. */
  readonly permutations: number;
  /** For each part the place of the client whose it is, or -1; alike clients stand class by class. */
  readonly places: Int32Array;
  /** 1 where a class ends behind a place. */
  readonly ends: Uint8Array;
  /** For each permutation and place, the client who is put there. */
  readonly sources: Int32Array;
  /** For each permutation and part, the part that it becomes. */
  readonly partImages: Int32Array;
  /** For each permutation and part, where its row of `images` begins; there, for each number, the image plus one. */
  readonly imageStarts: Int32Array;
  readonly images: Int32Array;
  /** For each part, where its row of `orbits` begins; there, for each number, what it adds to its client's key, as its likes do to theirs. */
  readonly orbitStarts: Int32Array;
  readonly orbits: Int32Array;
}

export interface Tables {
  readonly layout: Layout;
  /** Decisions and situations; see `situations.ts`. */
  readonly code: Int32Array;
  /** For each part and each number of it, where the decisions on it begin in the code, or its only situation stands. */
  readonly roots: readonly Int32Array[];
  /** From decisions on columns with many values, and a value, to where to go on in the code. */
  readonly branches: Int32Array;
  /** For each looked-up column, where its row of `lookups` begins; there, for each number of its part, the value plus one. */
  readonly lookupStarts: Int32Array;
  readonly lookups: Int32Array;
  /** A map from effects and numbers to the numbers afterwards. */
  readonly effects: Int32Array;
  readonly likes: LikeTables | null;
  /** Whether steps with which a process may go on at once are taken at once. */
  readonly inOneOrder: boolean;
  /** The most edges that a state can have. */
  readonly mostEdges: number;
  /** The visited set, of rows or of their fingerprints, and the logarithm of its number of slots. */
  readonly isCompact: boolean;
  readonly visited: Int32Array;
  readonly bits: number;
}

/** One round of work: rows to expand, and the counter that tells who takes which of them. */
export interface Round {
  readonly tables: Tables;
  readonly rows: Int32Array;
  readonly count: number;
  readonly cursor: Int32Array;
  /** So many new states has each worker room for in the visited set. */
  readonly room: number;
}

/** What one worker brings back from a round. */
export interface Harvest {
  /** States that were new, as rows. */
  readonly found: Int32Array;
  /** Which of the rows could not be expanded with what is known. */
  readonly unknown: Int32Array;
  /** Which of them are quiescent. */
  readonly quiescent: Int32Array;
  /** How many of each, and how many edges were followed; see {@link tally}. */
  readonly counts: Int32Array;
}

export const tally = { found: 0, unknown: 1, quiescent: 2, transitions: 3 } as const;
