/** What the load is asked to do, and what it answers. */

/** Of every line, in bytes with its `\n`. */
export const lineLength = 64;

export type Order =
  /** So many clients come, and stay. */
  | { readonly order: "join"; readonly port: number; readonly token: string; readonly clients: number }
  /** Every client sends, and has so many of its own lines on their way; for so many milliseconds. */
  | { readonly order: "flood"; readonly window: number; readonly milliseconds: number }
  /** One line at a time, by each client in its turn; so many of them, or as many as that time allows. */
  | { readonly order: "ping"; readonly rounds: number; readonly milliseconds: number }
  /** So many connections, so many of them at once; each is given up when it has been sent the history. */
  | {
      readonly order: "visit";
      readonly port: number;
      readonly token: string;
      readonly connections: number;
      readonly atOnce: number;
    };

export type Answer =
  | { readonly answer: "joined" }
  /** Lines that everybody has received, and the time from the first one's sending to the last receipt. */
  | { readonly answer: "flooded"; readonly lines: number; readonly milliseconds: number }
  /** Milliseconds from a line's sending to its last receipt. */
  | { readonly answer: "pinged"; readonly latencies: readonly number[] }
  | { readonly answer: "visited"; readonly milliseconds: number };
