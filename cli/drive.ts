/** Drives long work: shows how far it is, lets Ctrl-C end it in good order, and keeps to a time. */
import ora, { type Ora } from "ora";
import type { Answer } from "../sim/index.ts";

/** How a terminal, a supervisor or a closed window asks to stop. */
const requests = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Whether the user has asked to stop, by Ctrl-C or another polite signal. */
export class Interruption {
  private asked = false;
  private readonly ask = (): void => {
    if (this.asked) process.exit(130); // the second time is meant
    this.asked = true;
  };

  constructor() {
    for (const signal of requests) process.on(signal, this.ask);
  }

  get isAsked(): boolean {
    return this.asked;
  }

  /** Gives the signals their usual meaning back. */
  end(): void {
    for (const signal of requests) process.off(signal, this.ask);
  }
}

const showAfter = 2_000;
const lineEvery = 10_000;

/** A line that tells how far something is: rewritten on a terminal, added now and then elsewhere; silent for short work. */
export class ProgressLine {
  private readonly started = performance.now();
  private spinner: Ora | null = null;
  private lastLine = 0;

  constructor(private readonly what: string) {}

  get seconds(): number {
    return (performance.now() - this.started) / 1000;
  }

  show(text: string): void {
    const elapsed = performance.now() - this.started;
    if (elapsed < showAfter) return;
    const line = `${this.what}: ${text}, ${Math.round(elapsed / 1000)} s`;
    if (process.stderr.isTTY && process.stderr.columns > 0) {
      this.spinner ??= ora({ stream: process.stderr, discardStdin: false }).start();
      this.spinner.text = line;
    } else if (elapsed - this.lastLine >= lineEvery || this.lastLine === 0) {
      this.lastLine = elapsed;
      process.stderr.write(`${line}\n`);
    }
  }

  end(): void {
    this.spinner?.stop();
  }
}

export interface Driven<R> {
  readonly result: R;
  readonly seconds: number;
}

const turn = (): Promise<void> => new Promise((done) => setImmediate(done));

/** Drives a generator to its end, or until it is told to stop. */
export const drive = async <P, R>(
  work: Generator<P, R, Answer>,
  what: string,
  show: (progress: P, seconds: number) => string,
  shouldStop: (seconds: number) => boolean,
): Promise<Driven<R>> => {
  const line = new ProgressLine(what);
  let lastTurn = performance.now();
  try {
    for (let step = work.next(undefined); ; ) {
      if (step.done) return { result: step.value, seconds: line.seconds };
      if (performance.now() - lastTurn > 50) {
        line.show(show(step.value, line.seconds));
        await turn();
        lastTurn = performance.now();
      }
      step = work.next(shouldStop(line.seconds) ? "stop" : undefined);
    }
  } finally {
    line.end();
  }
};
