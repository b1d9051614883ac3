/** Whether it is worth while to remember everything: as long as enough of what is asked for was asked before. */

/** Of so many questions. */
const recent = 1 << 17;
/** One of so many may be new. */
const enough = 3;

export class Worth {
  // At first nearly everything is new.
  private asked = recent / 2;
  private missed = 0;

  get isGiven(): boolean {
    return this.missed * enough < this.asked;
  }

  /** Somebody has asked for something. */
  note(wasKnown: boolean): void {
    this.asked++;
    if (!wasKnown) this.missed++;
    if (this.asked < recent) return;
    this.asked /= 2;
    this.missed /= 2;
  }
}
