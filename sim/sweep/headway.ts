/** Watches that a sweep gets on: what was learnt of a state has to be found the next time. */

/** So often a state may turn out to need more learning; once or twice is usual. */
const mostRepetitions = 100;

export class Headway {
  private last = "";
  private repetitions = 0;

  /** Throws where the same state is put aside again and again. */
  demand([first]: readonly Int32Array[]): void {
    const row = first?.join() ?? "";
    this.repetitions = first !== undefined && row === this.last ? this.repetitions + 1 : 0;
    this.last = row;
    if (this.repetitions > mostRepetitions)
      throw new Error("internal: what has been learnt of a state is not found again");
  }
}
