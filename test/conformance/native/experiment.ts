/**
 * An experiment on the real kernel alone: what the model has no words for, or what real processes only do where nobody
 * holds them up. It runs in a Node process of its own that can fork (`main.ts`).
 */
export interface Experiment {
  /** The statement. A number in brackets is its place in the list of kernel facts that the kernel must respect. */
  readonly says: string;
  /** Makes the calls, with a directory of its own for its files. */
  readonly observe: (directory: string) => Observation;
  /** What must have come of them. */
  readonly expected: Record<string, unknown>;
}

export interface Observation {
  readonly seen: Record<string, unknown>;
  /** What is worth telling, and hangs on luck. */
  readonly luck?: string;
  /** Why it could not be made here. */
  readonly refused?: string;
}
