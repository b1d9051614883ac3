/** What runs at the moment, and how Ctrl-C ends it in good order. */

/** Of one search. */
export interface Limits {
  readonly maxSeconds: number;
  readonly maxBytes: number;
}

type Kill = (signal: NodeJS.Signals) => void;

const requests = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

export class Running {
  private readonly children = new Set<Kill>();
  private asked = false;
  private readonly ask = (): void => {
    // The first time, the search that runs says how far it has come. The second time is meant.
    for (const kill of this.children) kill(this.asked ? "SIGKILL" : "SIGINT");
    this.asked = true;
  };

  constructor() {
    for (const signal of requests) process.on(signal, this.ask);
  }

  /** Whether somebody has asked to stop. */
  get isInterrupted(): boolean {
    return this.asked;
  }

  /** A process that has been started; returns what is to be called when it has ended. */
  add(kill: Kill): () => void {
    this.children.add(kill);
    return () => this.children.delete(kill);
  }

  /** Gives the signals their usual meaning back. */
  end(): void {
    for (const signal of requests) process.off(signal, this.ask);
  }
}
